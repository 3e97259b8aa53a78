import { describe, expect, it } from 'vitest';

import { backend, computeFor, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';
import { planGrpcRetry, planHttpRetry } from './plan-retry.js';
import type { GRPCRetry, HTTPRetry } from './schema.js';

const retry = (conf: object): Document => ({
  type: 'MeshRetry',
  name: 'r',
  spec: { targetRef: { kind: 'Mesh' }, to: [{ targetRef: { kind: 'Mesh' }, default: conf }] },
});

describe('MeshRetry', () => {
  const conf = { tcp: { maxConnectAttempt: 9 }, http: { numRetries: 1 }, grpc: { numRetries: 2 } };
  it.each([
    { protocol: 'tcp', attempts: 9 },
    { protocol: undefined, attempts: undefined },
    { protocol: 'kafka', attempts: undefined },
  ])('connects anew for $protocol: $attempts', ({ protocol, attempts }) => {
    const { plan } = computeFor([web(), backend(protocol), routeAll, retry(conf)]);
    const traffic = plan.outboundListeners.get('127.0.0.1:10001')?.traffic;
    expect(traffic?.kind === 'tcp' ? traffic.maxConnectAttempts : 0).toBe(attempts);
  });

  it.each([
    { protocol: 'http', retries: 1 },
    { protocol: 'grpc', retries: 2 },
    { protocol: 'http2', retries: undefined },
  ])('asks anew for $protocol: $retries', ({ protocol, retries }) => {
    const { plan } = computeFor([web(), backend(protocol), routeAll, retry(conf)]);
    const traffic = plan.outboundListeners.get('127.0.0.1:10001')?.traffic;
    const actions = traffic?.kind === 'http' ? traffic.routes.map(({ action }) => action) : [];
    expect(actions.map((action) => (action.kind === 'forward' ? action.retry?.numRetries : 0))).toEqual([retries]);
  });

  it('leaves out what Envoy refuses', () => {
    const { resources } = computeFor([web(), backend('tcp'), routeAll, retry({ tcp: { maxConnectAttempt: 0 } })]);
    expect(JSON.stringify([...resources.listeners.values()])).not.toContain('maxConnectAttempts');
  });
});

describe('planHttpRetry', () => {
  const byDefault = 'gateway-error,connect-failure,refused-stream';
  it.each<{ name: string; conf: HTTPRetry; planned: object }>([
    { name: 'conditions by default', conf: {}, planned: { retryOn: byDefault } },
    {
      name: 'conditions',
      conf: { retryOn: ['5xx', 'Http3PostConnectFailure'] },
      planned: { retryOn: '5xx,http3-post-connect-failure' },
    },
    {
      name: 'statuses, beside the conditions by default',
      conf: { retryOn: ['503', '+0429'] },
      planned: { retryOn: `${byDefault},retriable-status-codes`, retriableStatusCodes: [503, 429] },
    },
    {
      name: 'methods, before other headers',
      conf: {
        retryOn: ['HttpMethodGet'],
        retriableRequestHeaders: [{ name: 'a', value: '1' }],
        retriableResponseHeaders: [{ type: 'Absent', name: 'b' }],
      },
      planned: {
        retryOn: byDefault,
        retriableRequestHeaders: [
          { name: ':method', match: { kind: 'exact', value: 'GET' } },
          { name: 'a', match: { kind: 'exact', value: '1' } },
        ],
        retriableHeaders: [{ name: 'b', match: { kind: 'absent' } }],
      },
    },
    {
      name: 'other hosts and priorities',
      conf: {
        hostSelection: [
          { predicate: 'OmitHostsWithTags', tags: { a: 'b' } },
          { predicate: 'OmitPreviousPriorities', updateFrequency: 3 },
          { predicate: 'OmitPreviousHosts' },
        ],
        hostSelectionMaxAttempts: 4,
      },
      planned: {
        retryOn: byDefault,
        hostPredicates: [{ kind: 'omit-hosts-with-tags', tags: { a: 'b' } }, { kind: 'omit-previous-hosts' }],
        hostSelectionMaxAttempts: 4,
        priority: { updateFrequency: 3 },
      },
    },
    {
      name: 'waits',
      conf: {
        numRetries: 0,
        perTryTimeout: '0s',
        backOff: { baseInterval: '1500ms', maxInterval: '1m' },
        rateLimitedBackOff: { resetHeaders: [{ name: 'h', format: 'UnixTimestamp' }], maxInterval: '5s' },
      },
      planned: {
        retryOn: byDefault,
        numRetries: 0,
        perTryTimeout: '0s',
        backOff: { baseInterval: '1.500s', maxInterval: '60s' },
        rateLimitedBackOff: { maxInterval: '5s', resetHeaders: [{ name: 'h', format: 'UNIX_TIMESTAMP' }] },
      },
    },
    {
      name: 'a longest wait alone',
      conf: { backOff: { maxInterval: '1s' } },
      planned: { retryOn: byDefault, backOff: { baseInterval: '0.025s', maxInterval: '1s' } },
    },
    {
      name: 'no longest wait below the first',
      conf: { backOff: { baseInterval: '2s', maxInterval: '1s' } },
      planned: { retryOn: byDefault, backOff: { baseInterval: '2s' } },
    },
    {
      name: 'nothing that Envoy refuses',
      conf: { perTryTimeout: '-1s', backOff: { baseInterval: '0s' }, rateLimitedBackOff: { resetHeaders: [] } },
      planned: { retryOn: byDefault },
    },
  ])('plans $name', ({ conf, planned }) => {
    expect(planHttpRetry(conf)).toEqual(planned);
  });
});

it.each<{ name: string; conf: GRPCRetry; retryOn: string }>([
  {
    name: 'by default',
    conf: { retryOn: [] },
    retryOn: 'cancelled,connect-failure,gateway-error,refused-stream,reset,resource-exhausted,unavailable',
  },
  { name: 'as told', conf: { retryOn: ['Canceled', 'DeadlineExceeded'] }, retryOn: 'canceled,deadline-exceeded' },
])('plans retries of gRPC $name', ({ conf, retryOn }) => {
  expect(planGrpcRetry(conf)).toEqual({ retryOn });
});
