import { describe, expect, it } from 'vitest';

import type { EnvoyResources } from '../../src/envoy/envoy-resources.js';
import type { Dataplane } from '../../src/model/dataplane.js';
import { computeProxy, findStale } from '../../src/pipeline/compute-proxy.js';
import { offlineNode, type ProxyNode } from '../../src/plan/proxy-node.js';
import { policies } from '../../src/registry.js';
import { openMeshesOf, resourcesOf, shareWith, type MeshSnapshot } from '../../src/snapshot/mesh-snapshot.js';
import { meshGateway } from '../plan/gateway.js';
import { everything, routeAll, snapshotOf, write, type Document } from '../plan/plan-proxy.js';

const node: ProxyNode = { ...offlineNode, admin: { address: '127.0.0.1', port: 9901 } };

const proxy = (name: string, service: string, to: readonly string[] = [], protocol = 'http'): Document => ({
  type: 'Dataplane',
  name,
  networking: {
    address: `10.0.0.${name.length}${name.charCodeAt(0) % 10}`,
    inbound: [{ port: 80, tags: { 'kuma.io/service': service, 'kuma.io/protocol': protocol } }],
    outbound: to.map((each, i) => ({ port: 10001 + i, tags: { 'kuma.io/service': each } })),
  },
});

/** `web` uses `backend` and `httpbin`, `orders` uses `backend`, `jobs` nobody. */
const proxies: readonly Document[] = [
  proxy('web-1', 'web', ['backend', 'httpbin']),
  proxy('orders-1', 'orders', ['backend']),
  proxy('backend-1', 'backend'),
  proxy('jobs-1', 'jobs'),
];
const everybody = ['backend-1', 'jobs-1', 'orders-1', 'web-1'];

const mesh = (mode: string, more: object = {}): Document => ({
  type: 'Mesh',
  name: 'default',
  mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin', mode }] },
  ...more,
});
const identity = (name: string): Document => ({
  type: 'DataplaneInsight',
  name,
  mTLS: { issuedBackend: 'ca', supportedBackends: ['ca'] },
});
const httpbin: Document = {
  type: 'ExternalService',
  name: 'httpbin',
  tags: { 'kuma.io/service': 'httpbin' },
  networking: { address: 'httpbin.org:80' },
};
const permission = (source: string, destination: string): Document => ({
  type: 'TrafficPermission',
  name: 'permission',
  sources: [{ match: { 'kuma.io/service': source } }],
  destinations: [{ match: { 'kuma.io/service': destination } }],
});
const legacy = (type: string, source: string, destination: string, conf: object): Document => ({
  ...everything,
  type,
  name: 'own',
  sources: [{ match: { 'kuma.io/service': source } }],
  destinations: [{ match: { 'kuma.io/service': destination } }],
  conf,
});
const ofKind = (type: string, targetRef: object, section: object): Document => ({
  type,
  name: 'own',
  spec: { targetRef, ...section },
});
const timeouts = (targetRef: object): Document =>
  ofKind('MeshTimeout', targetRef, {
    to: [{ targetRef: { kind: 'Mesh' }, default: { connectionTimeout: '3s' } }],
  });
const httpRoute = (service: string): Document =>
  ofKind(
    'MeshHTTPRoute',
    { kind: 'Mesh' },
    {
      to: [
        {
          targetRef: { kind: 'MeshService', name: service },
          rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], default: {} }],
        },
      ],
    },
  );
const egress = { type: 'ZoneEgress', mesh: '', name: 'egress', ...timesOf(1), spec: { networking: { port: 10002 } } };

function timesOf(revision: number) {
  return { creationTime: '', modificationTime: '', creationRevision: revision, revision };
}

const all = (snapshot: MeshSnapshot): ReadonlyMap<string, EnvoyResources> =>
  new Map(
    (resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[]).map((each) => [
      each.name,
      computeProxy(snapshot, each, policies, node).resources,
    ]),
  );

/** Which proxies are computed again after a change, and which are told something else then. */
function changeOf(before: readonly Document[], change: Document | ((snapshot: MeshSnapshot) => MeshSnapshot)) {
  const snapshot = snapshotOf([...proxies, routeAll, ...before]);
  const told = all(snapshot);
  const next = typeof change === 'function' ? change(snapshot) : write(snapshot, change);
  const isStale = findStale(snapshot, next, policies);
  const stale = [...told.keys()].filter((name) => isStale(name)).sort();
  const now = all(next);
  return { stale, changed: [...told.keys()].filter((name) => now.get(name) !== told.get(name)).sort() };
}

describe('what a change makes stale', () => {
  it.each<{
    readonly name: string;
    readonly before?: readonly Document[];
    readonly change: Document | ((snapshot: MeshSnapshot) => MeshSnapshot);
    readonly stale: readonly string[];
    /** Those who are told something else, where not all of the stale ones are. */
    readonly changed?: readonly string[];
  }>([
    {
      name: 'the first MeshHTTPRoute, also for another service: all who speak HTTP',
      change: httpRoute('ghost'),
      stale: everybody,
      changed: ['orders-1', 'web-1'],
    },
    {
      name: 'the protocol of one new inbound: who uses the service',
      change: proxy('backend-2', 'backend', [], 'tcp'),
      stale: ['orders-1', 'web-1'],
    },
    {
      name: 'a TrafficPermission for an external service: who may see it now',
      before: [httpbin],
      change: permission('web', 'httpbin'),
      stale: ['web-1'],
    },
    {
      name: 'a TrafficPermission of a mesh without mTLS and external services: whose inbound it names',
      change: permission('web', 'backend'),
      stale: ['backend-1'],
      changed: [],
    },
    {
      name: 'a MeshGateway that selects a proxy: that proxy',
      change: {
        ...meshGateway({ port: 8080, protocol: 'HTTP' }),
        selectors: [{ match: { 'kuma.io/service': 'jobs' } }],
      },
      stale: ['jobs-1'],
      changed: [],
    },
    {
      name: 'a ZoneEgress where external services are reached through it: all',
      before: [mesh('STRICT', { routing: { zoneEgress: true } }), httpbin],
      change: (snapshot) => shareWith(snapshot, { zoneEgresses: [egress], openMeshes: openMeshesOf(snapshot) }),
      stale: everybody,
      changed: ['web-1'],
    },
    {
      name: 'a ZoneEgress where nobody uses it: nobody',
      change: (snapshot) => shareWith(snapshot, { zoneEgresses: [egress], openMeshes: openMeshesOf(snapshot) }),
      stale: [],
    },
    {
      name: 'the last instance that becomes TLS-ready: who uses the service',
      before: [mesh('PERMISSIVE'), permission('*', '*'), proxy('backend-22', 'backend'), identity('backend-1')],
      change: identity('backend-22'),
      stale: ['orders-1', 'web-1'],
    },
    {
      name: 'an instance that becomes TLS-ready but not the last: nobody',
      before: [mesh('PERMISSIVE'), permission('*', '*'), proxy('backend-22', 'backend')],
      change: identity('backend-1'),
      stale: [],
    },
    { name: 'an insight of a strict mesh: nobody', before: [mesh('STRICT')], change: identity('backend-1'), stale: [] },
    {
      name: 'one more instance: who uses the service, and of them the endpoints alone',
      change: proxy('backend-22', 'backend'),
      stale: ['orders-1', 'web-1'],
    },
    { name: 'a new service: nobody', change: proxy('new-1', 'new'), stale: [] },
    {
      name: 'a newer policy on one service: its proxies',
      change: timeouts({ kind: 'MeshService', name: 'orders' }),
      stale: ['orders-1'],
    },
    {
      name: 'a newer policy on a service that nobody offers: nobody',
      change: timeouts({ kind: 'MeshService', name: 'ghost' }),
      stale: [],
    },
    {
      name: 'a newer policy on tags: proxies with the tags',
      change: timeouts({ kind: 'MeshSubset', tags: { 'kuma.io/service': 'web' } }),
      stale: ['web-1'],
    },
    {
      name: 'an older policy between two services: who uses the one and is the other',
      change: legacy('Timeout', 'orders', 'backend', { connectTimeout: '3s' }),
      stale: ['orders-1'],
    },
    {
      name: 'an older policy from all to one service: who uses it',
      change: legacy('Timeout', '*', 'httpbin', { connectTimeout: '3s' }),
      stale: ['web-1'],
    },
    {
      name: 'a VirtualOutbound where connections are redirected to nobody: nobody',
      change: {
        type: 'VirtualOutbound',
        name: 'own',
        selectors: [{ match: { 'kuma.io/service': '*' } }],
        conf: {
          host: '{{.service}}.mesh',
          port: '80',
          parameters: [{ name: 'service', tagKey: 'kuma.io/service' }],
        },
      },
      stale: [],
    },
    {
      name: 'a MeshGatewayRoute without gateways: nobody',
      change: {
        type: 'MeshGatewayRoute',
        name: 'own',
        selectors: [{ match: { 'kuma.io/service': 'edge' } }],
        conf: { tcp: { rules: [{ backends: [{ weight: 1, destination: { 'kuma.io/service': 'backend' } }] }] } },
      },
      stale: [],
    },
    {
      name: 'a Secret that nobody reads: nobody',
      change: { type: 'Secret', name: 'own', data: 'YQ==' },
      stale: [],
    },
  ])('$name', ({ before = [], change, stale, changed = stale }) => {
    expect(changeOf(before, change)).toEqual({ stale, changed });
  });
});

it('after an instance moved consumers keep all but its endpoints', () => {
  const snapshot = snapshotOf([...proxies, routeAll]);
  const before = all(snapshot).get('web-1')!;
  const after = all(write(snapshot, proxy('backend-22', 'backend'))).get('web-1')!;
  expect({ ...after, endpoints: undefined }).toEqual({ ...before, endpoints: undefined });
  for (const section of ['clusters', 'listeners', 'routes', 'secrets'] as const)
    expect(after[section]).toBe(before[section]);
  expect(after.endpoints.get('backend')).not.toBe(before.endpoints.get('backend'));
});

it('proxies share what they are told alike', () => {
  const told = all(snapshotOf([...proxies, routeAll]));
  expect(told.get('web-1')?.clusters.get('backend')).toBe(told.get('orders-1')?.clusters.get('backend'));
  expect(told.get('web-1')?.endpoints.get('backend')).toBe(told.get('orders-1')?.endpoints.get('backend'));
});
