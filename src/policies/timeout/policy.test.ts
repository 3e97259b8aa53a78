import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const timeout = (conf: object, service = '*', name = 'timeout'): Document => ({
  type: 'Timeout',
  name,
  ...everything,
  destinations: [{ match: { 'kuma.io/service': service } }],
  conf,
});
const planWith = (protocol: string | undefined, ...documents: readonly Document[]) => {
  const { plan } = computeFor([web(), backend(protocol), routeAll, ...documents]);
  return {
    traffic: plan.outboundListeners.get('127.0.0.1:10001')?.traffic,
    cluster: plan.clusters.get('backend'),
  };
};
const http = { requestTimeout: '1s', idleTimeout: '2s', streamIdleTimeout: '3s', maxStreamDuration: '4s' };
const grpc = { streamIdleTimeout: '5s', maxStreamDuration: '6s' };

describe('Timeout', () => {
  it('limits connections', () => {
    expect(planWith(undefined, timeout({ connectTimeout: '1s', tcp: { idleTimeout: '2s' }, http }))).toMatchObject({
      traffic: { idleTimeout: '2s' },
      cluster: { connectTimeout: '1s', http: { version: 2 } },
    });
  });
  it.each([
    ['http', { http, grpc }, '3s', '4s'],
    ['grpc', { http, grpc }, '3s', '4s'],
    ['grpc', { http: { idleTimeout: '2s', requestTimeout: '1s' }, grpc }, '5s', '6s'],
    ['http', { http: { idleTimeout: '2s', requestTimeout: '1s' }, grpc }, '0s', undefined],
  ])('limits requests of %s by %j', (protocol, conf, streamIdleTimeout, maxStreamDuration) => {
    const { traffic, cluster } = planWith(protocol, timeout(conf));
    expect(traffic).toMatchObject({ idleTimeout: '2s', streamIdleTimeout, routes: [{ action: { timeout: '1s' } }] });
    expect(cluster?.http).toEqual({
      version: 2,
      idleTimeout: '2s',
      ...(maxStreamDuration === undefined ? {} : { maxStreamDuration }),
    });
  });
  it('switches off what it leaves out, but for the connecting', () => {
    expect(planWith('http', timeout({ tcp: { idleTimeout: '2s' } }))).toMatchObject({
      traffic: { idleTimeout: '0s', streamIdleTimeout: '0s', routes: [{ action: { timeout: '0s' } }] },
      cluster: { connectTimeout: '10s', http: { idleTimeout: '0s' } },
    });
  });
  it.each([
    ['backend', '10s'],
    ['other', '1s'],
  ])(
    'of several outbounds that share a cluster the last one counts: for %s it connects in %s',
    (service, connectTimeout) => {
      const outbound = ['backend', 'other'].map((each, i) => ({ port: 10001 + i, tags: { 'kuma.io/service': each } }));
      const dataplane: Document = {
        type: 'Dataplane',
        name: 'web-1',
        networking: { address: '10.0.0.1', inbound: [{ port: 80, tags: { 'kuma.io/service': 'web' } }], outbound },
      };
      const route: Document = { ...routeAll, conf: { destination: { 'kuma.io/service': 'backend' } } };
      const { plan } = computeFor([dataplane, backend(), route, timeout({ connectTimeout: '1s' }, service)]);
      expect(plan.clusters.get('backend')?.connectTimeout).toBe(connectTimeout);
    },
  );
});
