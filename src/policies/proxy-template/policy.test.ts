import { describe, expect, it } from 'vitest';

import { backend, computeFor, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const template = (conf: object): Document => ({
  type: 'ProxyTemplate',
  name: 't',
  selectors: [{ match: { 'kuma.io/service': '*' } }],
  conf,
});
const route: Document = {
  type: 'MeshTCPRoute',
  name: 'r',
  spec: {
    targetRef: { kind: 'Mesh' },
    to: [
      {
        targetRef: { kind: 'MeshService', name: 'backend' },
        rules: [{ default: { backendRefs: [{ kind: 'MeshService', name: 'other' }] } }],
      },
    ],
  },
};
const tracing = {
  type: 'Mesh',
  name: 'default',
  tracing: { defaultBackend: 'z', backends: [{ name: 'z', type: 'zipkin', conf: { url: 'http://z:9411/x' } }] },
};
const trace: Document = {
  type: 'TrafficTrace',
  name: 'tt',
  selectors: [{ match: { 'kuma.io/service': '*' } }],
  conf: { backend: 'z' },
};

const namesOf = (...documents: readonly Document[]) => {
  const { clusters, listeners } = computeFor([web(), backend(), ...documents]).resources;
  return [...clusters.keys(), ...listeners.keys()];
};
const inbound = 'inbound:10.0.0.1:80';
const outbound = 'outbound:127.0.0.1:10001';

describe('ProxyTemplate', () => {
  it.each([
    {
      name: 'all of default-proxy',
      imports: ['default-proxy'],
      names: ['localhost:8080', 'backend', 'tracing:z', 'other', inbound, outbound],
    },
    { name: 'no traffic of gateway-proxy', imports: ['gateway-proxy'], names: ['tracing:z', 'other', outbound] },
    { name: 'nothing but what MeshTCPRoute makes', imports: [], names: ['other', outbound] },
  ])('imports $name', ({ imports, names }) => {
    expect(namesOf(tracing, routeAll, trace, route, template({ imports }))).toEqual(names);
  });

  const raw = (name: string, type: string, fields: object) => ({
    name,
    version: 'v1',
    resource: JSON.stringify({ '@type': `type.googleapis.com/envoy.config.${type}`, ...fields }),
  });
  /** What Envoy refuses and admission does not see. */
  const tcpProxyWithoutNames = {
    name: 'x',
    typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy' },
  };
  const patch = (match: object, value: object) => ({
    cluster: { operation: 'patch', match, value: JSON.stringify(value) },
  });

  it('adds resources, in the place of others of the same name, and finds them under the name given', () => {
    const { resources } = computeFor([
      web(),
      routeAll,
      template({
        imports: ['default-proxy'],
        resources: [
          raw('backend', 'cluster.v3.Cluster', { name: 'backend', type: 'STATIC' }),
          raw('given', 'cluster.v3.Cluster', { name: 'own' }),
          raw(inbound, 'listener.v3.Listener', { name: inbound, tcpBacklogSize: 1 }),
          raw('broken', 'listener.v3.Listener', {
            name: 'broken',
            filterChains: [{ filters: [tcpProxyWithoutNames] }],
          }),
          raw('own', 'endpoint.v3.ClusterLoadAssignment', { clusterName: 'own' }),
        ],
        modifications: [patch({ name: 'given', origin: 'proxy-template-raw' }, { altStatName: 'found' })],
      }),
    ]);
    expect(resources.clusters.get('backend')).toEqual({ name: 'backend', type: 'STATIC' });
    expect(resources.clusters.get('own')).toEqual({ name: 'own', altStatName: 'found' });
    expect([...resources.endpoints.keys()]).toEqual([]);
    expect([...resources.listeners]).toMatchObject([
      [inbound, { tcpBacklogSize: 1 }],
      [outbound, {}],
    ]);
  });

  it('patches after MeshProxyPatch', () => {
    const proxyPatch: Document = {
      type: 'MeshProxyPatch',
      name: 'p',
      spec: {
        targetRef: { kind: 'Mesh' },
        default: {
          appendModifications: [
            { cluster: { operation: 'Patch', value: 'connectTimeout: 1s' } },
            { cluster: { operation: 'Add', value: 'name: added' } },
          ],
        },
      },
    };
    const modifications = [
      patch({}, { connectTimeout: '2s' }),
      { cluster: { operation: 'remove', match: { origin: 'mesh-proxy-patch' } } },
    ];
    const { clusters } = computeFor([
      web(),
      routeAll,
      proxyPatch,
      template({ imports: ['default-proxy'], modifications }),
    ]).resources;
    expect([...clusters].map(([name, { connectTimeout }]) => [name, connectTimeout])).toEqual([
      ['localhost:8080', '2s'],
      ['backend', '2s'],
    ]);
  });
});
