import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const retryWith = (conf: object, ...documents: readonly Document[]) =>
  computeFor([web(), ...documents, { type: 'Retry', name: 'retry', ...everything, conf }]).plan.outboundListeners.get(
    '127.0.0.1:10001',
  )?.traffic;
const conf = { tcp: { maxConnectAttempts: 3 }, http: { numRetries: 4 }, grpc: { perTryTimeout: '5s' } };

describe('Retry', () => {
  it.each([
    [undefined, { kind: 'tcp', maxConnectAttempts: 3 }],
    ['kafka', { kind: 'tcp', maxConnectAttempts: 3 }],
    ['http', { kind: 'http', retry: { numRetries: 4, retryOn: 'gateway-error,connect-failure,refused-stream' } }],
    [
      'grpc',
      {
        kind: 'http',
        retry: {
          perTryTimeout: '5s',
          retryOn: 'cancelled,connect-failure,gateway-error,refused-stream,reset,resource-exhausted,unavailable',
        },
      },
    ],
  ])('tries again for %s', (protocol, traffic) => {
    expect(retryWith(conf, backend(protocol), routeAll)).toMatchObject(traffic);
  });
  it('does not try again for HTTP/2', () => {
    expect(retryWith(conf, backend('http2'), routeAll)).not.toHaveProperty('retry');
  });
  it.each([
    [{ retryOn: ['all_5xx', 'retriable_4xx'] }, { retryOn: '5xx,retriable-4xx' }],
    [
      { retriableStatusCodes: [500] },
      {
        retryOn: 'gateway-error,connect-failure,refused-stream,retriable-status-codes',
        retriableStatusCodes: [500],
      },
    ],
    [
      { retriableStatusCodes: [500], retryOn: ['retriable_status_codes', 'reset'] },
      { retryOn: 'retriable-status-codes,reset', retriableStatusCodes: [500] },
    ],
    [
      { retriableMethods: ['GET'], retryOn: ['reset'], backOff: { baseInterval: '1s' } },
      {
        retryOn: 'reset',
        retriableRequestHeaders: [{ name: ':method', match: { kind: 'exact', value: 'GET' } }],
        backOff: { baseInterval: '1s' },
      },
    ],
  ])('reads %j', (http, retry) => {
    expect(retryWith({ http }, backend('http'), routeAll)).toHaveProperty('retry', retry);
  });
  it('reads conditions of gRPC', () => {
    expect(
      retryWith({ grpc: { retryOn: ['deadline_exceeded', 'internal'] } }, backend('grpc'), routeAll),
    ).toHaveProperty('retry', { retryOn: 'deadline-exceeded,internal' });
  });
  it('does not hold where the route leads to other services only', () => {
    const elsewhere: Document = { ...routeAll, conf: { destination: { 'kuma.io/service': 'other' } } };
    expect(retryWith(conf, elsewhere)).not.toHaveProperty('maxConnectAttempts');
  });
});
