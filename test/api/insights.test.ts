import { beforeAll, afterAll, describe, expect, it } from 'vitest';

import { decodeProto } from '../../src/model/decode-proto.js';
import { kinds } from '../../src/registry.js';
import { dataplane, route, startServer, storeResource, type TestServer } from './fixture.js';

const connected = (version: string) => ({
  connectTime: '2026-11-24T20:05:53.662892362Z',
  version: { kumaDp: { version: '2.5.11' }, envoy: { version } },
});
const mTLS = (issuedBackend: string, ...supportedBackends: string[]) => ({ issuedBackend, supportedBackends });
const ended = (version: string) => ({ ...connected(version), disconnectTime: '2026-11-24T20:06:53.662892362Z' });

/** A server whose mesh `default` begins without policies. */
async function startBare(endsWithTest: boolean): Promise<TestServer> {
  const server = await startServer({ KUMA_DEFAULTS_SKIP_MESH_CREATION: 'true' }, endsWithTest);
  await server.put('/meshes/default', { type: 'Mesh', name: 'default', skipCreatingInitialPolicies: ['*'] });
  return server;
}

let server: TestServer;

/**
 * `web` is offered by a proxy that is connected, one that is partially degraded, and one that is gone; `api` only by
 * the degraded one; gateways are connected or were never seen; two ExternalServices are one service.
 */
beforeAll(async () => {
  server = await startBare(false);
  const put = async (body: { readonly type: string; readonly name: string }, collection: string): Promise<void> => {
    expect((await server.put(`/meshes/default/${collection}/${body.name}`, body)).statusCode).toBe(201);
  };
  const inbound = (port: number, service: string, more: object = {}) => ({
    port,
    tags: { 'kuma.io/service': service },
    ...more,
  });
  const gateway = (service: string, type?: string) => ({
    inbound: [],
    gateway: { tags: { 'kuma.io/service': service }, ...(type === undefined ? {} : { type }) },
  });
  await put(dataplane('web-1', 'web'), 'dataplanes');
  await put(
    dataplane('web-2', 'web', { inbound: [inbound(80, 'web'), inbound(81, 'api', { state: 'NotReady' })] }),
    'dataplanes',
  );
  await put(dataplane('web-3', 'web'), 'dataplanes');
  await put(dataplane('edge-1', '', gateway('edge', 'BUILTIN')), 'dataplanes');
  await put(dataplane('kong-1', '', gateway('kong')), 'dataplanes');
  await put(route('all', { targetRef: { kind: 'Mesh' } }), 'meshtcproutes');
  const known = (name: string, spec: object): Promise<void> =>
    storeResource(server, { type: 'DataplaneInsight', mesh: 'default', name }, spec);
  await known('web-1', { subscriptions: [ended('1.27.0'), connected('1.28.5')], mTLS: mTLS('ca-2', 'ca-1', 'ca-2') });
  await known('web-2', { subscriptions: [connected('1.28.5')], mTLS: mTLS('ca-1', 'ca-1') });
  await known('web-3', { subscriptions: [ended('1.27.0')], mTLS: mTLS('ca-1', 'ca-1') });
  await known('edge-1', { subscriptions: [connected('1.28.5')] });
  const external = (name: string, service: string, address: string): Promise<void> =>
    storeResource(
      server,
      { type: 'ExternalService', mesh: 'default', name },
      { networking: { address }, tags: { 'kuma.io/service': service } },
    );
  await external('bin-1', 'httpbin', 'httpbin.org:80');
  await external('bin-2', 'httpbin', 'other.org:80');
});
afterAll(() => server.close());

describe('the insight of a mesh', () => {
  const spec = {
    dataplanes: { total: 5, online: 2, offline: 2, partiallyDegraded: 1 },
    policies: { MeshTCPRoute: { total: 1 } },
    dpVersions: {
      // the total of a version leaves out those that are partially degraded
      kumaDp: {
        '2.5.11': { total: 3, online: 2, offline: 1, partiallyDegraded: 1 },
        unknown: { total: 1, offline: 1 },
      },
      envoy: {
        '1.27.0': { total: 1, offline: 1 },
        '1.28.5': { total: 2, online: 2, partiallyDegraded: 1 },
        unknown: { total: 1, offline: 1 },
      },
    },
    mTLS: {
      issuedBackends: {
        'ca-1': { total: 2, offline: 1, partiallyDegraded: 1 },
        'ca-2': { total: 1, online: 1 },
      },
      supportedBackends: {
        'ca-1': { total: 3, online: 1, offline: 1, partiallyDegraded: 1 },
        'ca-2': { total: 1, online: 1 },
      },
    },
    services: { total: 6, internal: 4, external: 2 },
    dataplanesByType: {
      standard: { total: 3, online: 1, offline: 1, partiallyDegraded: 1 },
      gateway: { total: 2, online: 1, offline: 1 },
      gatewayBuiltin: { total: 1, online: 1 },
      gatewayDelegated: { total: 1, offline: 1 },
    },
  };

  it('sums up its Dataplanes, policies and services', async () => {
    const { type, name, creationTime, modificationTime, ...rest } = (await server.get('/mesh-insights/default')).json<
      Record<string, unknown>
    >();
    expect({ type, name }).toEqual({ type: 'MeshInsight', name: 'default' });
    expect([creationTime, modificationTime]).toEqual([expect.any(String), expect.any(String)]);
    expect(JSON.stringify(rest)).toBe(JSON.stringify(spec));
  });

  it('has a Kubernetes form and an ETag', async () => {
    const answer = await server.get('/mesh-insights/default?format=kubernetes');
    expect(answer.json()).toMatchObject({ kind: 'MeshInsight', metadata: { name: 'default' }, spec });
    expect(answer.headers.etag).toMatch(/^"\d+"$/);
  });

  it.each(['MeshInsight', 'ServiceInsight'])('is of the shape of its schema (%s)', async (type) => {
    const kind = kinds.find((each) => each.type === type)!;
    const list = (await server.get(`/${kind.path}`)).json<{ readonly items: readonly Record<string, unknown>[] }>();
    for (const { type: _type, mesh: _mesh, name: _name, creationTime, modificationTime, ...rest } of list.items) {
      expect(creationTime).toBe(modificationTime);
      const decoded = decodeProto(kind.schema, rest);
      expect(JSON.stringify(decoded)).toBe(JSON.stringify({ ok: true, value: { value: rest, dropped: [] } }));
    }
  });

  it('follows every change, and goes with its mesh', async () => {
    const own = await startBare(true);
    const insight = () => own.get('/mesh-insights/default');
    const {
      type: _type,
      name: _name,
      creationTime: _,
      modificationTime: __,
      ...empty
    } = (await insight()).json<Record<string, unknown>>();
    expect(empty).toEqual({
      dataplanes: {},
      dpVersions: {},
      mTLS: {},
      services: {},
      dataplanesByType: { standard: {}, gateway: {}, gatewayBuiltin: {}, gatewayDelegated: {} },
    });
    await own.put('/meshes/default/dataplanes/a', dataplane('a', 'web'));
    expect((await insight()).json()).toMatchObject({ dataplanes: { total: 1, offline: 1 } });
    const key = { type: 'DataplaneInsight', mesh: 'default', name: 'a' };
    await storeResource(own, key, { subscriptions: [connected('1')] });
    expect((await insight()).json()).toMatchObject({ dataplanes: { total: 1, online: 1 } });
    await own.remove('/meshes/default/dataplanes/a');
    expect(await own.store.get(key)).toBeUndefined();
    await own.remove('/meshes/default');
    expect((await insight()).statusCode).toBe(404);
    expect((await own.get('/mesh-insights')).json()).toEqual({ total: 0, items: [], next: null });
  });

  it('is listed with filter and pages; without pages in the order of creation', async () => {
    const own = await startBare(true);
    for (const name of ['b', 'abc']) await own.put(`/meshes/${name}`, { type: 'Mesh', name });
    const list = async (query: string) => {
      const page = (await own.get(`/mesh-insights?${query}`)).json<{ total: number; items: { name: string }[] }>();
      return [page.total, page.items.map(({ name }) => name)];
    };
    expect(await list('name=b')).toEqual([2, ['abc', 'b']]);
    expect(await list('size=2')).toEqual([3, ['abc', 'b']]);
    expect(await list('size=2&offset=2')).toEqual([3, ['default']]);
    expect(await list('size=0')).toEqual([3, ['default', 'b', 'abc']]);
  });
});

describe('the insights of services', () => {
  const services = {
    api: { status: 'offline', dataplanes: { total: 1, offline: 1 }, issuedBackends: { 'ca-1': 1 } },
    edge: { status: 'online', dataplanes: { total: 1, online: 1 }, serviceType: 'gateway_builtin' },
    httpbin: { status: 'not_available', dataplanes: {}, serviceType: 'external', addressPort: 'httpbin.org:80' },
    kong: { status: 'offline', dataplanes: { total: 1, offline: 1 }, serviceType: 'gateway_delegated' },
    web: {
      status: 'partially_degraded',
      dataplanes: { total: 3, online: 1, offline: 2 },
      issuedBackends: { 'ca-1': 2, 'ca-2': 1 },
    },
  };
  const times = { creationTime: expect.any(String) as unknown, modificationTime: expect.any(String) as unknown };

  it.each(Object.entries(services))('%s', async (name, spec) => {
    const address = 'serviceType' in spec ? {} : { addressPort: `${name}.mesh:80` };
    expect((await server.get(`/meshes/default/service-insights/${name}`)).json()).toEqual({
      type: 'ServiceInsight',
      mesh: 'default',
      name,
      ...times,
      ...spec,
      ...address,
    });
  });

  it('a service that nobody offers has an address all the same', async () => {
    expect((await server.get('/meshes/default/service-insights/nope')).json()).toEqual({
      type: 'ServiceInsight',
      mesh: 'default',
      name: 'nope',
      ...times,
      dataplanes: {},
      addressPort: 'nope.mesh:80',
    });
    expect((await server.get('/meshes/ghost/service-insights/web')).statusCode).toBe(404);
  });

  it.each([
    { path: '/meshes/default/service-insights', names: ['api', 'edge', 'httpbin', 'kong', 'web'], next: null },
    { path: '/service-insights?name=e', names: ['edge', 'web'], next: null },
    {
      path: '/service-insights?size=2&offset=1',
      names: ['edge', 'httpbin'],
      next: 'http://localhost:80/service-insights?offset=3&size=2',
    },
    { path: '/service-insights?size=0', names: ['api', 'edge', 'httpbin', 'kong', 'web'], next: null },
    { path: '/meshes/ghost/service-insights', names: [], next: null },
  ])('are listed by mesh and name: $path', async ({ path, names, next }) => {
    const page = (await server.get(path)).json<{ next: unknown; items: { name: string }[] }>();
    expect({ names: page.items.map(({ name }) => name), next: page.next }).toEqual({ names, next });
  });

  it('refuse a bad page under a title of their own', async () => {
    expect((await server.get('/service-insights?size=x')).json()).toMatchObject({
      title: 'Could not paginate resources',
    });
    expect((await server.get('/mesh-insights?size=x')).json()).toMatchObject({ title: 'Could not retrieve resources' });
  });
});

it('the global insight sums up all meshes and zones, with every count', async () => {
  for (const [type, name, spec] of [
    ['ZoneInsight', 'east', { subscriptions: [connected('')] }],
    ['ZoneInsight', 'west', {}],
    ['ZoneEgressInsight', 'egress', { subscriptions: [connected('')] }],
    ['ZoneIngressInsight', 'ingress', { subscriptions: [ended('')] }],
  ] as const)
    await storeResource(server, { type, mesh: '', name }, spec);
  const none = { offline: 0, online: 0, partiallyDegraded: 0, total: 0 };
  const answer = (await server.get('/global-insight')).json<Record<string, unknown>>();
  expect(JSON.stringify(answer)).toBe(
    JSON.stringify({
      createdAt: answer['createdAt'],
      dataplanes: {
        gatewayBuiltin: { ...none, online: 1, total: 1 },
        gatewayDelegated: { ...none, offline: 1, total: 1 },
        standard: { offline: 1, online: 1, partiallyDegraded: 1, total: 3 },
      },
      meshes: { total: 1 },
      policies: { total: 1 },
      services: {
        external: { total: 1 },
        gatewayBuiltin: { ...none, online: 1, total: 1 },
        gatewayDelegated: { ...none, offline: 1, total: 1 },
        internal: { ...none, offline: 1, partiallyDegraded: 1, total: 2 },
      },
      zones: {
        controlPlanes: { online: 1, total: 2 },
        zoneEgresses: { online: 1, total: 1 },
        zoneIngresses: { online: 0, total: 1 },
      },
    }),
  );
});

describe('what only the server writes', () => {
  it.each(kinds.filter(({ readOnly }) => readOnly))('$type is read and listed, not written', async (kind) => {
    const collection = kind.scope === 'mesh' ? `/meshes/default/${kind.path}` : `/${kind.path}`;
    const item = `${collection}/x`;
    const body = { type: kind.type, mesh: 'default', name: 'x' };
    for (const answer of [await server.put(item, body), await server.remove(item)]) {
      expect(answer.json()).toMatchObject({ status: 405, title: 'Method not Allowed', detail: 'Method not allowed' });
    }
    const bare = await server.app.inject({ method: 'PUT', url: item });
    expect([bare.statusCode, bare.body]).toEqual([406, '406: Not Acceptable\n\nAvailable representations: ']);
    const patch = await server.app.inject({ method: 'PATCH', url: item });
    expect([patch.statusCode, patch.headers.allow]).toEqual([405, 'PUT, DELETE, GET']);
    expect((await server.get(collection)).json()).toMatchObject({ next: null });
  });

  it.each(kinds.filter(({ readOnly, type }) => readOnly && !['MeshInsight', 'ServiceInsight'].includes(type)))(
    'an example of $type is answered as it was stored',
    async (kind) => {
      const { type, mesh = '', name, ...spec } = kind.examples[0]!.body;
      await storeResource(server, { type, mesh, name }, spec);
      const path = mesh === '' ? `/${kind.path}/${name}` : `/meshes/${mesh}/${kind.path}/${name}`;
      const { creationTime, modificationTime, ...rest } = (await server.get(path)).json<Record<string, unknown>>();
      expect(creationTime).toBe(modificationTime);
      expect(rest).toEqual(kind.examples[0]!.body);
      const decoded = decodeProto(kind.schema, spec);
      expect(JSON.stringify(decoded)).toBe(JSON.stringify({ ok: true, value: { value: spec, dropped: [] } }));
    },
  );

  it('a DataplaneInsight is a status in the Kubernetes form', async () => {
    expect((await server.get('/meshes/default/dataplane-insights/web-1?format=k8s')).json()).toMatchObject({
      kind: 'DataplaneInsight',
      metadata: { name: 'web-1', namespace: 'kuma-system' },
      mesh: 'default',
      status: { mTLS: { issuedBackend: 'ca-2' } },
    });
  });
});
