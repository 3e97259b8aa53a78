import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';

const http = { requests: 5, interval: '10s' };
const limit = (conf: object, service = 'web', sources: readonly object[] = everything.sources): Document => ({
  type: 'RateLimit',
  name: 'limit',
  sources,
  destinations: [{ match: { 'kuma.io/service': service } }],
  conf,
});
const planWith = (protocol: string, ...documents: readonly Document[]): ProxyPlan =>
  computeFor([web({ 'kuma.io/protocol': protocol }), ...documents]).plan;
const inboundOf = (plan: ProxyPlan) => plan.inbounds.get('10.0.0.1:80');
const trafficAt = (plan: ProxyPlan) => plan.outboundListeners.get('127.0.0.1:10001')?.traffic;

describe('RateLimit', () => {
  it('limits the requests of its sources, and routes the others as before', () => {
    const onRateLimit = {
      status: 423,
      headers: [
        { key: 'a', value: 'b' },
        { key: 'c', value: 'd', append: true },
      ],
    };
    const sources = [{ match: { version: 'v1' } }, { match: { version: 'v2' } }];
    const plan = planWith('http', limit({ http: { ...http, onRateLimit } }, 'web', sources));
    expect(inboundOf(plan)).toMatchObject({
      hasRateLimit: true,
      traffic: {
        filters: [{ kind: 'rate-limit' }],
        routes: [
          {
            match: {
              path: { kind: 'prefix', value: '/' },
              headers: [{ match: { value: '(.*&version=[^&]*v1[,&].*|.*&version=[^&]*v2[,&].*)' } }],
            },
            action: { splits: [{ cluster: 'localhost:8080', weight: 1 }] },
            rateLimit: {
              requests: 5,
              interval: '10s',
              status: 423,
              headers: [
                { name: 'a', value: 'b', append: false },
                { name: 'c', value: 'd', append: true },
              ],
            },
          },
          { match: { headers: [] } },
        ],
      },
    });
  });
  it('has a filter without routes when it says nothing of HTTP', () => {
    expect(inboundOf(planWith('http', limit({})))).toMatchObject({
      traffic: { filters: [{ kind: 'rate-limit' }], routes: [{}] },
    });
  });
  it('comes after faults and the counting of gRPC', () => {
    const fault: Document = {
      ...limit({ abort: { httpStatus: 500, percentage: 1 } }),
      type: 'FaultInjection',
      destinations: [{ match: { 'kuma.io/protocol': 'grpc' } }],
    };
    const traffic = inboundOf(planWith('grpc', limit({ http }), fault))?.traffic;
    expect(traffic?.kind === 'http' && traffic.filters.map(({ kind }) => kind)).toEqual([
      'grpc-stats',
      'fault',
      'rate-limit',
    ]);
  });
  it('does nothing to connections but is known to be there', () => {
    const inbound = inboundOf(planWith('tcp', limit({ http })));
    expect([inbound?.hasRateLimit, inbound?.traffic]).toEqual([true, inboundOf(planWith('tcp'))?.traffic]);
  });
  it('puts a filter before the counting of gRPC on outbounds, which limits no service of the mesh', () => {
    const traffic = trafficAt(planWith('tcp', backend('grpc'), routeAll, limit({ http }, 'backend')));
    expect(traffic).toMatchObject({ filters: [{ kind: 'rate-limit' }, { kind: 'grpc-stats' }] });
    expect(traffic).not.toHaveProperty('routes.0.rateLimit');
  });
  it('leaves outbounds to the zone egress', () => {
    const mesh: Document = {
      type: 'Mesh',
      name: 'default',
      routing: { zoneEgress: true },
      mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin' }] },
    };
    const plan = planWith('tcp', mesh, backend('http'), routeAll, limit({ http }, 'backend'));
    expect(trafficAt(plan)).toMatchObject({ filters: [] });
  });
});
