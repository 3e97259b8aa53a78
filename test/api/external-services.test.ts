import { expect, it } from 'vitest';

import { startServer } from './fixture.js';

const externalService = (name: string, tags: Readonly<Record<string, string>> = {}, mesh = 'default') => ({
  type: 'ExternalService',
  mesh,
  name,
  networking: { address: 'a.example.com:80' },
  tags: { 'kuma.io/service': name, ...tags },
});

it('an ExternalService needs no mesh and outlives it', async () => {
  const server = await startServer();
  const path = '/meshes/ghost/external-services/es';
  expect((await server.put(path, externalService('es', {}, 'ghost'))).statusCode).toBe(201);
  expect((await server.put('/meshes/ghost', { type: 'Mesh', name: 'ghost' })).statusCode).toBe(201);
  expect((await server.remove('/meshes/ghost')).statusCode).toBe(200);
  expect((await server.get(path)).statusCode).toBe(200);
});

it('external services are listed by tag; the filter of gateways is unknown to them', async () => {
  const server = await startServer();
  for (const [name, version] of Object.entries({ b: 'v1', a: 'v2', c: 'v11' }))
    await server.put(`/meshes/default/external-services/${name}`, externalService(name, { version }));
  const list = async (query: string): Promise<unknown> =>
    (await server.get(`/meshes/default/external-services?${query}`))
      .json<{ readonly items: readonly { readonly name: string }[] }>()
      .items.map(({ name }) => name);
  expect(await list('tag=version:v1')).toEqual(['b', 'c']);
  expect(await list('tag=version:v1&tag=kuma.io/service:c')).toEqual(['c']);
  expect(await list('tag=version:*')).toEqual(await list('tag=version:'));
  expect(await list('tag=version:*&tag=kuma.io/service:c')).toEqual(['c']);
  expect(await list('gateway=bogus')).toEqual(['a', 'b', 'c']);
  // by name, not by creation as of kinds without filters
  expect(await list('size=0')).toEqual(['a', 'b', 'c']);
});

it('an ExternalService is refused, on creation and on update, when a RateLimit tells its parts apart', async () => {
  const server = await startServer();
  const [old, added] = ['/meshes/default/external-services/old', '/meshes/default/external-services/new'];
  expect((await server.put(old, externalService('old'))).statusCode).toBe(201);
  const limit = {
    type: 'RateLimit',
    mesh: 'default',
    name: 'limit',
    sources: [{ match: { 'kuma.io/service': '*' } }],
    destinations: [{ match: { 'kuma.io/service': 'new', version: 'v1' } }],
    conf: {},
  };
  expect((await server.put('/meshes/default/rate-limits/limit', limit)).statusCode).toBe(201);
  const refusal = {
    invalid_parameters: [
      {
        field: 'externalservice',
        reason: "ExternalService would match RateLimit 'limit' which includes incompatible destination matches",
      },
    ],
  };
  expect((await server.put(added, externalService('new'))).json()).toMatchObject({
    title: 'Could not create a resource',
    ...refusal,
  });
  const renamed = { ...externalService('old'), tags: { 'kuma.io/service': 'new' } };
  expect((await server.put(old, renamed)).json()).toMatchObject({ title: 'Could not update a resource', ...refusal });
});
