import { describe, expect, it } from 'vitest';

import { backend, computeFor, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const trace = (backendName?: string): Document => ({
  type: 'TrafficTrace',
  name: 'trace',
  selectors: [{ match: { 'kuma.io/service': '*' } }],
  ...(backendName === undefined ? {} : { conf: { backend: backendName } }),
});
const traceTo = (type: string, conf: object, policy = trace(), more: object = {}) => {
  const mesh: Document = {
    type: 'Mesh',
    name: 'default',
    tracing: { defaultBackend: 'b', backends: [{ name: 'b', type, conf, ...more }] },
  };
  const { plan, resources } = computeFor([
    mesh,
    web({ 'kuma.io/protocol': 'http' }),
    backend('http'),
    routeAll,
    policy,
  ]);
  return {
    inbound: plan.inbounds.get('10.0.0.1:80')?.tracing,
    outbound: plan.outboundListeners.get('127.0.0.1:10001')?.tracing,
    cluster: resources.clusters.get('tracing:b'),
  };
};

describe('TrafficTrace', () => {
  it('sends spans to Zipkin from inbounds and outbounds', () => {
    const { inbound, outbound } = traceTo(
      'zipkin',
      {
        url: 'http://u@zipkin.local:9411/a%20b',
        traceId128bit: true,
        apiVersion: 'httpProto',
        sharedSpanContext: false,
      },
      trace('b'),
      { sampling: 12.5 },
    );
    expect(inbound).toEqual({
      cluster: 'tracing:b',
      provider: {
        kind: 'zipkin',
        host: 'zipkin.local:9411',
        path: '/a b',
        version: 'HTTP_PROTO',
        traceId128bit: true,
        sharedSpanContext: false,
      },
      sampling: { overall: 12.5 },
      tags: [],
    });
    expect(outbound).toEqual(inbound);
  });
  it.each([
    [false, 'web', 'web'],
    [true, 'web_INBOUND', 'web_OUTBOUND_backend'],
  ])('sends spans to Datadog, told apart: %j', (splitService, ofInbound, ofOutbound) => {
    const { inbound, outbound, cluster } = traceTo('datadog', { address: '10.1.1.1', port: 8126, splitService });
    expect([inbound?.provider, outbound?.provider]).toEqual([
      { kind: 'datadog', service: ofInbound },
      { kind: 'datadog', service: ofOutbound },
    ]);
    expect(cluster).toMatchObject({ type: 'STATIC', connectTimeout: '10s' });
  });
  it.each([
    ['http://zipkin.local:9411/', { type: 'STRICT_DNS', dnsLookupFamily: 'V4_ONLY' }],
    [
      'https://zipkin.local:9411/',
      {
        transportSocketMatches: [
          { name: 'zipkin.local', match: {}, transportSocket: { typedConfig: { sni: 'zipkin.local' } } },
        ],
      },
    ],
    [
      'http://[fd00::1]:9411/',
      {
        type: 'STATIC',
        loadAssignment: {
          endpoints: [
            { lbEndpoints: [{ endpoint: { address: { socketAddress: { address: 'fd00::1', portValue: 9411 } } } }] },
          ],
        },
      },
    ],
  ])('reaches %s', (url, cluster) => {
    expect(traceTo('zipkin', { url }).cluster).toMatchObject(cluster);
  });
  it('names no host to encrypt for that is an address', () => {
    const { cluster } = traceTo('zipkin', { url: 'https://10.1.1.1:9411/' });
    expect(cluster).not.toHaveProperty('transportSocketMatches.0.transportSocket.typedConfig.sni');
  });
  it('sends nothing to a backend that the mesh lacks', () => {
    expect(traceTo('zipkin', { url: 'http://z:1/' }, trace('none'))).toEqual({
      inbound: undefined,
      outbound: undefined,
      cluster: undefined,
    });
  });
});
