import { describe, expect, it } from 'vitest';

import { startServer, type TestServer } from './fixture.js';

const secret = (name: string, data?: unknown, mesh = 'default') => ({ type: 'Secret', mesh, name, data });
const path = '/meshes/default/secrets/s';

/** Put by a page of another site, so by nobody in particular. */
const anonymous = { origin: 'https://elsewhere.example' };
const nobody = 'user "mesh-system:anonymous/mesh-system:unauthenticated" cannot access the resource of type';

/** Carries out what is given between the judgement of the next write and its transaction. */
function interrupt({ store }: TestServer, work: () => Promise<unknown>): void {
  const transact = store.transact.bind(store);
  store.transact = async (transaction) => {
    store.transact = transact;
    await work();
    return transact(transaction);
  };
}

describe('for administrators only', () => {
  it('are lists and single secrets, before anything else is said', async () => {
    const server = await startServer();
    for (const [url, type] of [
      ['/secrets', 'Secret'],
      ['/meshes/default/secrets', 'Secret'],
      ['/meshes/ghost/secrets?size=-1', 'Secret'],
      ['/meshes/default/secrets/none?format=bogus', 'Secret'],
      ['/global-secrets', 'GlobalSecret'],
      ['/global-secrets/admin-user-token', 'GlobalSecret'],
    ] as const) {
      const response = await server.get(url, anonymous);
      expect(response.json()).toMatchObject({ status: 403, title: 'Access Denied', detail: `${nobody} "${type}"` });
    }
    expect((await server.get('/meshes', anonymous)).statusCode).toBe(200);
  });

  it('are writes, valid or not, of secrets that are there and that are not', async () => {
    const server = await startServer({ SKEIN_API_SERVER_ANONYMOUS_ACCESS: 'write' });
    const denied = { status: 403, detail: `${nobody} "Secret"` };
    const put = async (body: unknown) => (await server.put(path, body, anonymous)).json<object>();
    for (const body of [secret('s', 5), secret('other'), secret('s')]) expect(await put(body)).toMatchObject(denied);
    expect((await server.remove(path, anonymous)).json()).toMatchObject(denied);
    expect((await server.put(path, secret('s', 'YQ=='))).statusCode).toBe(201);
    expect(await put(secret('s', 'Yg=='))).toMatchObject(denied);
    expect((await server.put(path, secret('s'), { ...anonymous, 'if-match': '"0"' })).statusCode).toBe(403);
    expect((await server.remove(path, { ...anonymous, 'if-match': '"0"' })).json()).toMatchObject(denied);
    expect((await server.get(path)).json()).toMatchObject({ data: 'YQ==' });
  });
});

it('have no Kubernetes form', async () => {
  const server = await startServer();
  await server.put(path, secret('s'));
  for (const url of [path, '/global-secrets/admin-user-token']) {
    const response = await server.get(`${url}?format=kubernetes`);
    expect(response.json()).toMatchObject({
      status: 400,
      title: 'invalid format',
      invalid_parameters: [{ field: '', reason: '"format" must be one of ["universal"]' }],
    });
  }
});

it('are not repeated in a refusal', async () => {
  const server = await startServer();
  for (const data of ['canary!', ['canary'], { canary: 1 }, true]) {
    const response = await server.put(path, secret('s', data));
    expect(response.statusCode).toBe(400);
    expect(response.body).not.toContain('canary');
  }
});

describe('a secret in use', () => {
  const use = (conf: object) => ({
    type: 'Mesh',
    name: 'm',
    mtls: { skipValidation: true, backends: [{ name: 'ca', type: 'provided', conf }] },
  });
  const inUse = {
    title: 'Could not delete a resource',
    invalid_parameters: [
      {
        field: 'name',
        reason:
          'The secret "s" that you are trying to remove is currently in use in Mesh "m" in mTLS backend "ca". Please remove the reference from the "ca" backend before removing the secret.',
      },
    ],
  };
  const url = '/meshes/m/secrets/s';

  it.each([
    { name: 'as certificate', conf: { cert: { secret: 's' } } },
    { name: 'as key', conf: { key: { secret: 's' } } },
  ])('$name stays until it is no longer', async ({ conf }) => {
    const server = await startServer();
    await server.put(url, secret('s', 'YQ==', 'm'));
    expect((await server.put('/meshes/m', use(conf))).statusCode).toBe(201);
    const refused = await server.remove(url);
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject(inUse);
    await server.put('/meshes/m', { type: 'Mesh', name: 'm' });
    expect((await server.remove(url)).statusCode).toBe(200);
  });

  it('stays also when the mesh begins to use it in the same moment', async () => {
    const server = await startServer();
    await server.put(url, secret('s', 'YQ==', 'm'));
    interrupt(server, () => server.put('/meshes/m', use({ key: { secret: 's' } })));
    expect((await server.remove(url)).json()).toMatchObject(inUse);
  });

  it('of another mesh, or of a backend that cannot be read, does not matter', async () => {
    const server = await startServer();
    await server.put('/meshes/m', use({ cert: { secret: 5 }, key: { secret: 's' } }));
    for (const mesh of ['m', 'other']) {
      await server.put(`/meshes/${mesh}/secrets/s`, secret('s', 'YQ==', mesh));
      expect((await server.remove(`/meshes/${mesh}/secrets/s`)).statusCode).toBe(200);
    }
  });
});

it('survive their mesh, unless it made them', async () => {
  const server = await startServer();
  await server.put('/meshes/m/secrets/mine', secret('mine', 'YQ==', 'm'));
  await server.put('/meshes/m', { type: 'Mesh', name: 'm' });
  const key = 'dataplane-token-signing-key-m-1';
  // what is written anew still belongs to the mesh
  expect((await server.put(`/meshes/m/secrets/${key}`, secret(key, 'YQ==', 'm'))).statusCode).toBe(200);
  await server.remove('/meshes/m');
  expect((await server.get('/meshes/m/secrets')).json()).toMatchObject({ total: 1, items: [{ name: 'mine' }] });
});
