import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web } from '../../../test/plan/plan-proxy.js';

const required = { interval: '1s', timeout: '2s', unhealthyThreshold: 3, healthyThreshold: 4 };
const checkBackend = (conf: object, protocol?: string) =>
  computeFor([
    web(),
    backend(protocol),
    routeAll,
    { type: 'HealthCheck', name: 'check', ...everything, conf: { ...required, ...conf } },
  ]).plan.clusters.get('backend');

describe('HealthCheck', () => {
  it('connects where it says nothing of how', () => {
    expect(checkBackend({ reuseConnection: false, alwaysLogHealthCheckFailures: true })).toMatchObject({
      healthChecks: [
        { ...required, reuseConnection: false, alwaysLogFailures: true, check: { kind: 'tcp', receive: [] } },
      ],
    });
  });
  it('sends and expects bytes, in hex', () => {
    expect(checkBackend({ tcp: { send: 'Zm9v', receive: ['/+8=', null] } })?.healthChecks?.[0]?.check).toEqual({
      kind: 'tcp',
      send: '666f6f',
      receive: ['ffef', ''],
    });
  });
  it.each([
    ['http', false],
    ['http2', true],
    ['grpc', false],
  ])('requests, of %s services with HTTP/2: %j', (protocol, isHttp2) => {
    const requestHeadersToAdd = [
      { header: { key: 'a', value: 'b' } },
      { header: { key: 'c', value: 'd' }, append: false },
    ];
    const http = { path: '/health', requestHeadersToAdd, expectedStatuses: [200] };
    expect(checkBackend({ http }, protocol)?.healthChecks?.[0]?.check).toEqual({
      kind: 'http',
      path: '/health',
      headers: [
        { name: 'a', value: 'b' },
        { name: 'c', value: 'd', append: false },
      ],
      expectedStatuses: [200],
      isHttp2,
    });
  });
  it.each([
    [{}, undefined],
    [{ healthyPanicThreshold: 33.3 }, { threshold: Math.fround(33.3) }],
    [
      { healthyPanicThreshold: 0, failTrafficOnPanic: false },
      { threshold: 0, failTraffic: false },
    ],
  ])('of %j panics at %j', (conf, panic) => {
    expect(checkBackend(conf)?.panic).toEqual(panic);
  });
});
