import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';
import { offlineNode } from '../../plan/proxy-node.js';

const route = (conf: object): Document => ({ type: 'TrafficRoute', name: 'route', ...everything, conf });
const serviceOf = (name: string, address: string, tags: Readonly<Record<string, string>>): Document => ({
  type: 'Dataplane',
  name,
  networking: { address, inbound: [{ port: 80, tags }] },
});
const planWith = (...documents: readonly Document[]) => {
  const { plan } = computeFor([web(), ...documents]);
  return { listener: plan.outboundListeners.get('127.0.0.1:10001'), clusters: [...plan.clusters.keys()] };
};

describe('TrafficRoute', () => {
  it('splits by weight, without shares of zero, and fills in the tags of the outbound', () => {
    const split = [
      { weight: 90, destination: { 'kuma.io/service': '*', version: 'v1' } },
      { weight: 0, destination: { 'kuma.io/service': 'gone' } },
      { weight: 10, destination: { 'kuma.io/service': 'other', version: '*' } },
    ];
    expect(planWith(backend(), route({ split }))).toMatchObject({
      listener: {
        traffic: {
          kind: 'tcp',
          splits: [
            { cluster: 'backend-154693772bc47249', weight: 90 },
            { cluster: 'other', weight: 10 },
          ],
        },
      },
      clusters: ['localhost:8080', 'backend-154693772bc47249', 'other'],
    });
  });
  it('speaks what all services have in common that have instances, those of requests included', () => {
    const conf = {
      destination: { 'kuma.io/service': 'backend' },
      http: [
        { match: { path: { prefix: '/a' } }, destination: { 'kuma.io/service': 'other' } },
        { match: { path: { prefix: '/b' } }, destination: { 'kuma.io/service': 'ghost' } },
      ],
    };
    const other = serviceOf('other-1', '10.0.0.3', { 'kuma.io/service': 'other', 'kuma.io/protocol': 'grpc' });
    expect(planWith(backend('http2'), other, route(conf)).listener).toMatchObject({
      protocol: 'http2',
      traffic: { kind: 'http', routes: [{}, {}, { match: { path: { kind: 'prefix', value: '/' } } }] },
    });
    expect(planWith(backend('http'), other, route(conf)).listener).toMatchObject({
      protocol: 'tcp',
      traffic: { splits: [{ cluster: 'other' }, { cluster: 'ghost' }, { cluster: 'backend' }] },
    });
  });
  it('leaves an outbound that it does not name without a destination', () => {
    expect(planWith(backend()).listener?.traffic).toEqual({ kind: 'none' });
  });
  it.each([
    [{ leastRequest: {} }, { kind: 'least-request', choiceCount: 2 }],
    [
      { ringHash: { hashFunction: 'MURMUR_HASH_2', minRingSize: '64' } },
      { kind: 'ring-hash', ring: { hashFunction: 'MURMUR_HASH_2', minSize: 64 } },
    ],
    [{ random: {} }, { kind: 'random' }],
    [{ maglev: {} }, { kind: 'maglev' }],
    [{ roundRobin: {} }, undefined],
  ])('balances by %j', (loadBalancer, planned) => {
    const { plan } = computeFor([web(), backend(), route({ destination: { 'kuma.io/service': '*' }, loadBalancer })]);
    expect(plan.clusters.get('backend')?.loadBalancer).toEqual(planned);
  });
  it.each([
    [undefined, true],
    [['envoy.filters.network.kafka_broker'], true],
    [['envoy.filters.network.tcp_proxy'], false],
  ])('counts the requests of Kafka with an Envoy of %j: %j', (extensions, counts) => {
    const node = { ...offlineNode, ...(extensions === undefined ? {} : { extensions: new Set(extensions) }) };
    const { plan } = computeFor([web({ 'kuma.io/protocol': 'kafka' }), backend('kafka'), routeAll], node);
    const listeners = [plan.inbounds.get('10.0.0.1:80'), plan.outboundListeners.get('127.0.0.1:10001')];
    expect(listeners).toMatchObject([{ traffic: { kafka: counts } }, { traffic: { kafka: counts } }]);
  });
});
