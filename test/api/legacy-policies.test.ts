import { describe, expect, it } from 'vitest';

import { startServer, type TestServer } from './fixture.js';

const rateLimit = (name: string, mesh = 'default', destination: Readonly<Record<string, string>> = { a: 'b' }) => ({
  type: 'RateLimit',
  mesh,
  name,
  sources: [{ match: { 'kuma.io/service': '*' } }],
  destinations: [{ match: { 'kuma.io/service': '*', ...destination } }],
  conf: {},
});

/** Writes an external service past the API. */
const storeExternalService = async ({ store }: TestServer): Promise<void> => {
  const result = await store.transact({
    preconditions: [],
    operations: [
      {
        op: 'put',
        key: { type: 'ExternalService', mesh: 'default', name: 'es' },
        spec: '{"tags":{"kuma.io/service":"es"}}',
        facets: { tagSets: [], gateway: null },
        ownedByMesh: false,
        time: '2026-01-01T00:00:00Z',
        expected: { state: 'any' },
      },
    ],
  });
  if (!result.ok) throw new Error('refused');
};

const refusal = {
  field: 'ratelimit',
  reason: 'RateLimit applied to external service only supports kuma.io/service as destination match',
};

describe('a RateLimit', () => {
  it('is judged beside the external services of its mesh, on creation and on update', async () => {
    const server = await startServer();
    expect((await server.put('/meshes/default/rate-limits/old', rateLimit('old'))).statusCode).toBe(201);
    await storeExternalService(server);
    for (const [name, title] of [
      ['old', 'Could not update a resource'],
      ['new', 'Could not create a resource'],
    ] as const) {
      const response = await server.put(`/meshes/default/rate-limits/${name}`, rateLimit(name));
      expect(response.statusCode).toBe(400);
      expect(response.json()).toMatchObject({ title, invalid_parameters: [refusal] });
    }
    const plain = rateLimit('new', 'default', {});
    expect((await server.put('/meshes/default/rate-limits/new', plain)).statusCode).toBe(201);
    const elsewhere = rateLimit('new', 'other');
    expect((await server.put('/meshes/other/rate-limits/new', elsewhere)).statusCode).toBe(201);
  });

  it('does not slip in beside an external service that is written after it was judged', async () => {
    const server = await startServer();
    const { store } = server;
    const transact = store.transact.bind(store);
    store.transact = async (transaction) => {
      store.transact = transact;
      await storeExternalService(server);
      return transact(transaction);
    };
    const response = await server.put('/meshes/default/rate-limits/late', rateLimit('late'));
    expect(response.json()).toMatchObject({ status: 400, invalid_parameters: [refusal] });
  });

  it('needs no mesh and outlives it', async () => {
    const server = await startServer();
    const path = '/meshes/ghost/rate-limits/limit';
    expect((await server.put(path, rateLimit('limit', 'ghost'))).statusCode).toBe(201);
    expect((await server.put('/meshes/ghost', { type: 'Mesh', name: 'ghost' })).statusCode).toBe(201);
    expect((await server.remove('/meshes/ghost')).statusCode).toBe(200);
    expect((await server.get(path)).statusCode).toBe(200);
    expect((await server.get('/meshes/ghost/timeouts')).json()).toMatchObject({ total: 0 });
  });
});

describe('a new mesh', () => {
  it('begins with policies, which later writes leave alone', async () => {
    const server = await startServer();
    const path = '/meshes/default/timeouts/timeout-all-default';
    expect((await server.get(path)).json()).toMatchObject({ conf: { connectTimeout: '5s' } });
    const created = await server.put('/meshes/m', { type: 'Mesh', name: 'm', skipCreatingInitialPolicies: ['Retry'] });
    expect((await server.get('/meshes/m')).headers.etag).toBe(created.headers.etag);
    expect((await server.get('/meshes/m/retries')).json()).toMatchObject({ total: 0 });
    expect((await server.remove('/meshes/m/timeouts/timeout-all-m')).statusCode).toBe(200);
    expect((await server.put('/meshes/m', { type: 'Mesh', name: 'm' })).statusCode).toBe(200);
    expect((await server.get('/meshes/m/timeouts')).json()).toMatchObject({ total: 0 });
    expect((await server.get('/meshes/m/circuit-breakers')).json()).toMatchObject({ total: 1 });
  });
});
