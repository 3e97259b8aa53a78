import { describe, expect, it } from 'vitest';

import type { Cluster, Listener } from '../../envoy/resources.js';
import type { Translation } from '../translation.js';
import { applyModifications } from './apply-modifications.js';
import type { WrittenModification } from './read-modification.js';

const typed = (type: string, fields: object) => ({
  '@type': `type.googleapis.com/envoy.extensions.filters.${type}`,
  ...fields,
});
const tcpProxy = (fields: object = {}) => ({
  name: 'envoy.filters.network.tcp_proxy',
  typedConfig: typed('network.tcp_proxy.v3.TcpProxy', { statPrefix: 's', cluster: 'c', ...fields }),
});
const router = {
  name: 'envoy.filters.http.router',
  typedConfig: typed('http.router.v3.Router', {}),
};
const manager = (fields: object = {}) => ({
  name: 'envoy.filters.network.http_connection_manager',
  typedConfig: typed('network.http_connection_manager.v3.HttpConnectionManager', {
    statPrefix: 's',
    httpFilters: [router],
    routeConfig: { name: 'routes', virtualHosts: [{ name: 'host', domains: ['*'] }] },
    ...fields,
  }),
});
const lua = { name: 'lua', typedConfig: typed('http.lua.v3.Lua', { inlineCode: '-' }) };

const listener = (name: string, service: string, filters: readonly object[]) =>
  ({
    name,
    address: { socketAddress: { address: '127.0.0.1', portValue: 80 } },
    metadata: { filterMetadata: { 'io.kuma.tags': { 'kuma.io/service': service } } },
    filterChains: [{ filters }],
  }) as Listener;

const clusters: readonly Cluster[] = [
  { name: 'localhost:80', type: 'STATIC', connectTimeout: '10s' },
  { name: 'backend', type: 'EDS', connectTimeout: '1s' },
];
const listeners = [listener('in', 'web', [tcpProxy()]), listener('out', 'backend', [manager()])];

const named = <Resource extends { readonly name?: string }>(resources: readonly Resource[]) =>
  new Map(resources.map((resource) => [resource.name ?? '', resource]));

const translation: Translation = {
  resources: {
    clusters: named(clusters),
    listeners: named(listeners),
    endpoints: new Map(),
    routes: new Map(),
    runtimes: new Map(),
    secrets: new Map(),
  },
  origins: {
    clusters: new Map([
      ['localhost:80', 'inbound'],
      ['backend', 'outbound'],
    ]),
    listeners: new Map([
      ['in', 'inbound'],
      ['out', 'outbound'],
    ]),
  },
};

/** The resources that are not what they were; null for those that are gone. */
function changes(...written: readonly WrittenModification[]): Readonly<Record<string, unknown>> {
  const { resources } = applyModifications(translation, written, 'mesh-proxy-patch');
  const before: ReadonlyMap<string, unknown> = new Map<string, unknown>([
    ...translation.resources.clusters,
    ...translation.resources.listeners,
  ]);
  const after: ReadonlyMap<string, unknown> = new Map<string, unknown>([...resources.clusters, ...resources.listeners]);
  const names = new Set([...before.keys(), ...after.keys()]);
  return Object.fromEntries(
    [...names].filter((name) => before.get(name) !== after.get(name)).map((name) => [name, after.get(name) ?? null]),
  );
}

const yaml = (value: object): string => JSON.stringify(value);

describe('clusters and listeners', () => {
  it.each<{ name: string; written: WrittenModification; changed: object }>([
    {
      name: 'are patched by origin',
      written: { cluster: { operation: 'Patch', match: { origin: 'outbound' }, value: 'connectTimeout: 99s' } },
      changed: { backend: { ...clusters[1], connectTimeout: '99s' } },
    },
    {
      name: 'are patched by name, in JSON',
      written: {
        cluster: {
          operation: 'Patch',
          match: { name: 'backend' },
          jsonPatches: [{ op: 'replace', path: '/connectTimeout', value: '1m' }],
        },
      },
      changed: { backend: { ...clusters[1], connectTimeout: '60s' } },
    },
    {
      name: 'are patched by tags',
      written: {
        listener: { operation: 'patch', match: { tags: { 'kuma.io/service': 'backend' } }, value: 'tcpBacklogSize: 3' },
      },
      changed: { out: { ...listeners[1], tcpBacklogSize: 3 } },
    },
    {
      name: 'are removed',
      written: { listener: { operation: 'Remove', match: { origin: 'inbound', tags: { 'kuma.io/service': '*' } } } },
      changed: { in: null },
    },
    {
      name: 'are added',
      written: { cluster: { operation: 'add', value: 'name: new' } },
      changed: { new: { name: 'new' } },
    },
    {
      name: 'stay when nothing is meant',
      written: { cluster: { operation: 'Remove', match: { name: 'backend', origin: 'inbound' } } },
      changed: {},
    },
    { name: 'stay when nothing is said', written: {}, changed: {} },
  ])('$name', ({ written, changed }) => {
    expect(changes(written)).toEqual(changed);
  });

  it('bear the origin of who added them', () => {
    const written = [{ cluster: { operation: 'Add', value: 'name: new' } }];
    expect(applyModifications(translation, written, 'mesh-proxy-patch').origins.clusters.get('new')).toBe(
      'mesh-proxy-patch',
    );
  });
});

const { name: managerName } = manager();

describe('filters', () => {
  const value = yaml(lua);
  it.each<{ name: string; written: WrittenModification; filters: readonly object[] }>([
    {
      name: 'first',
      written: { httpFilter: { operation: 'AddFirst', value } },
      filters: [lua, router],
    },
    { name: 'last', written: { httpFilter: { operation: 'AddLast', value } }, filters: [router, lua] },
    {
      name: 'before',
      written: { httpFilter: { operation: 'AddBefore', match: { name: router.name }, value } },
      filters: [lua, router],
    },
    {
      name: 'after',
      written: { httpFilter: { operation: 'addAfter', match: { name: router.name }, value } },
      filters: [router, lua],
    },
    {
      name: 'patched',
      written: {
        httpFilter: {
          operation: 'Patch',
          match: { name: router.name },
          value: yaml({ name: 'x', typedConfig: typed('http.router.v3.Router', { startChildSpan: true }) }),
        },
      },
      filters: [{ ...router, typedConfig: { ...router.typedConfig, startChildSpan: true } }],
    },
  ])('of HTTP: $name', ({ written, filters }) => {
    expect(changes(written)).toEqual({ out: listener('out', 'backend', [manager({ httpFilters: filters })]) });
  });

  it('of HTTP: none left', () => {
    const { httpFilters: _, ...others } = manager().typedConfig as Readonly<Record<string, unknown>>;
    expect(changes({ httpFilter: { operation: 'Remove' } })).toEqual({
      out: listener('out', 'backend', [{ ...manager(), typedConfig: others }]),
    });
  });

  it.each<{ name: string; written: WrittenModification; changed: object }>([
    {
      name: 'patched in JSON, without the type',
      written: {
        networkFilter: {
          operation: 'Patch',
          match: { name: tcpProxy().name, listenerName: 'in' },
          jsonPatches: [{ op: 'add', path: '/maxConnectAttempts', value: 2 }],
        },
      },
      changed: { in: listener('in', 'web', [tcpProxy({ maxConnectAttempts: 2 })]) },
    },
    {
      name: 'removed from all listeners',
      written: { networkFilter: { operation: 'Remove' } },
      changed: Object.fromEntries(listeners.map((each) => [each.name, { ...each, filterChains: [{}] }])),
    },
    {
      name: 'left alone by a patch without configuration',
      written: { networkFilter: { operation: 'Patch', match: { name: managerName }, value: 'name: x' } },
      changed: {},
    },
  ])('of connections: $name', ({ written, changed }) => {
    expect(changes(written)).toEqual(changed);
  });
});

describe('virtual hosts', () => {
  const host = { name: 'host', domains: ['*'] };
  const hosts = (...virtualHosts: readonly object[]) => ({
    out: listener('out', 'backend', [manager({ routeConfig: { name: 'routes', virtualHosts } })]),
  });
  it.each<{ name: string; written: WrittenModification; changed: object }>([
    {
      name: 'are added to named routes',
      written: {
        virtualHost: {
          operation: 'Add',
          match: { routeConfigurationName: 'routes' },
          value: yaml({ name: 'new', domains: ['a'] }),
        },
      },
      changed: hosts(host, { name: 'new', domains: ['a'] }),
    },
    {
      name: 'are patched by name',
      written: {
        virtualHost: { operation: 'Patch', match: { name: 'host' }, value: 'includeRequestAttemptCount: true' },
      },
      changed: hosts({ ...host, includeRequestAttemptCount: true }),
    },
    {
      name: 'are not those of other routes',
      written: { virtualHost: { operation: 'Remove', match: { routeConfigurationName: 'others' } } },
      changed: {},
    },
    {
      name: 'are not those of other listeners',
      written: { virtualHost: { operation: 'Remove', match: { origin: 'inbound' } } },
      changed: {},
    },
  ])('$name', ({ written, changed }) => {
    expect(changes(written)).toEqual(changed);
  });
});

describe('what Envoy would refuse is left out', () => {
  const good: WrittenModification = { cluster: { operation: 'Patch', value: 'altStatName: good' } };
  const better = Object.fromEntries(clusters.map((each) => [each.name, { ...each, altStatName: 'good' }]));
  it.each<{ name: string; bad: WrittenModification }>([
    { name: 'a value that breaks a rule', bad: { cluster: { operation: 'Patch', value: 'connectTimeout: -1s' } } },
    {
      name: 'an operation that does not apply',
      bad: { cluster: { operation: 'Patch', jsonPatches: [{ op: 'replace', path: '/nope', value: 1 }] } },
    },
    {
      name: 'a value of another type',
      bad: { cluster: { operation: 'Patch', jsonPatches: [{ op: 'add', path: '/connectTimeout', value: {} }] } },
    },
    {
      name: 'an addition of which the packed part is broken',
      bad: { listener: { operation: 'Add', value: yaml(listener('new', '', [{ ...tcpProxy({ statPrefix: '' }) }])) } },
    },
    {
      name: 'a filter patched as one of another type',
      bad: { networkFilter: { operation: 'Patch', match: { name: managerName }, value: yaml(tcpProxy()) } },
    },
  ])('$name', ({ bad }) => {
    expect(changes(bad)).toEqual({});
    expect(changes(good, bad)).toEqual(better);
    expect(changes(bad, good)).toEqual(better);
  });

  it('unless a later one makes good of it', () => {
    const cured = changes(
      { cluster: { operation: 'Patch', value: 'connectTimeout: -1s' } },
      { cluster: { operation: 'Patch', value: 'connectTimeout: 2s' } },
    );
    expect(cured).toEqual(Object.fromEntries(clusters.map((each) => [each.name, { ...each, connectTimeout: '2s' }])));
  });
});
