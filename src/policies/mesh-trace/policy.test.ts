import { describe, expect, it } from 'vitest';

import { backend, computeFor, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const trace = (conf: object): Document => ({
  type: 'MeshTrace',
  name: 't',
  spec: { targetRef: { kind: 'Mesh' }, default: conf },
});
const zipkin = { type: 'Zipkin', zipkin: { url: 'http://zipkin:9411/api/v2/spans' } };

/** How the inbound and the outbound trace, and the clusters of collectors. */
function traced(conf: object) {
  const { plan } = computeFor([web({ 'kuma.io/protocol': 'http' }), backend('http'), routeAll, trace(conf)]);
  return {
    inbound: plan.inbounds.get('10.0.0.1:80')?.tracing,
    outbound: plan.outboundListeners.get('127.0.0.1:10001')?.tracing,
    clusters: [...plan.clusters.values()].filter(({ origin }) => origin === 'mesh-trace'),
  };
}

describe('MeshTrace', () => {
  it.each([
    {
      name: 'Zipkin',
      backend: zipkin,
      cluster: { name: 'meshtrace:zipkin', source: { kind: 'host', host: 'zipkin', port: 9411, isV4Only: true } },
      inbound: { kind: 'zipkin', host: 'zipkin:9411', path: '/api/v2/spans', version: 'HTTP_JSON' },
    },
    {
      name: 'Zipkin behind TLS, at the port of the scheme',
      backend: { type: 'Zipkin', zipkin: { url: 'https://zipkin', apiVersion: 'httpProto', sharedSpanContext: false } },
      cluster: { source: { host: 'zipkin', port: 443, tls: { sni: 'zipkin' } } },
      inbound: { host: 'zipkin', path: '/', version: 'HTTP_PROTO', sharedSpanContext: false },
    },
    {
      name: 'Datadog',
      backend: { type: 'Datadog', datadog: { url: 'http://10.0.0.9:8126' } },
      cluster: { name: 'meshtrace:datadog', source: { host: '10.0.0.9', port: 8126 } },
      inbound: { kind: 'datadog', service: 'web' },
    },
    {
      name: 'Datadog with a service for each side',
      backend: { type: 'Datadog', datadog: { url: 'http://dd:8126', splitService: true } },
      cluster: { name: 'meshtrace:datadog' },
      inbound: { service: 'web_INBOUND' },
      outbound: { service: 'web_OUTBOUND_backend' },
    },
    {
      name: 'OpenTelemetry',
      backend: { type: 'OpenTelemetry', openTelemetry: { endpoint: 'otel' }, zipkin: { url: 'http://no:1/' } },
      cluster: { name: 'meshtrace:opentelemetry', source: { host: 'otel', port: 4317 }, http: { version: 2 } },
      inbound: { kind: 'open-telemetry', service: 'web' },
    },
  ])('sends spans to $name', ({ backend: conf, cluster, inbound, outbound = inbound }) => {
    const { clusters, ...listeners } = traced({ backends: [conf] });
    expect(clusters).toHaveLength(1);
    expect(clusters[0]).toMatchObject(cluster);
    expect(listeners).toMatchObject({
      inbound: { provider: inbound, cluster: clusters[0]?.name },
      outbound: { provider: outbound },
    });
  });

  it('samples, and tags what Envoy takes for tags', () => {
    const { inbound } = traced({
      backends: [zipkin],
      sampling: { overall: 80, client: '40.5', random: 0 },
      tags: [
        { name: 'team', literal: 'core' },
        { name: 'env', header: { name: 'x-env', default: 'prod' } },
        { name: 'bare', header: { name: 'x-bare' } },
        { name: 'empty', literal: '' },
        { name: 'nameless', header: { name: '' } },
      ],
    });
    expect(inbound).toMatchObject({
      sampling: { overall: 80, client: 40.5, random: 0 },
      tags: [
        { name: 'team', literal: 'core' },
        { name: 'env', header: 'x-env', fallback: 'prod' },
        { name: 'bare', header: 'x-bare' },
      ],
    });
  });

  it('traces nothing without a backend', () => {
    expect(traced({ backends: [] })).toEqual({ inbound: undefined, outbound: undefined, clusters: [] });
  });
});
