import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { namesOf, readSecret as read, startServer, storeResource, type TestServer } from './fixture.js';
import { countKeys, quickKeys } from './quick-keys.js';

const authority = { commonName: 'mine', rsaBits: 2048, validity: 3_600_000, backdated: 0 };

const withCa = (name: string, backend: object, more: object = {}) => ({
  type: 'Mesh',
  name,
  skipCreatingInitialPolicies: ['*'],
  mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', ...backend }], ...more },
});

describe('a builtin CA', () => {
  const secrets = ['m.ca-builtin-cert-ca', 'm.ca-builtin-key-ca'];
  const readPair = (server: TestServer) =>
    Promise.all(secrets.map((name) => read(server, `/meshes/m/secrets/${name}`)));

  it('comes with the mesh in one transaction, and the ETag is that of the mesh', async () => {
    const server = await startServer();
    const before = await server.store.revision();
    const response = await server.put('/meshes/m', withCa('m', { type: 'builtin' }));
    expect([response.statusCode, response.headers.etag]).toEqual([201, `"${before + 1}"`]);
    expect((await server.get('/meshes/m')).headers.etag).toBe(`"${before + 1}"`);
    expect(await namesOf(server, '/meshes/m/secrets')).toEqual(['dataplane-token-signing-key-m-1', ...secrets]);
    const [certificate = '', privateKey = ''] = await readPair(server);
    expect(await quickKeys.checkAuthority({ certificate, privateKey })).toEqual([]);
    expect(new X509Certificate(certificate).ca).toBe(true);
  });

  it('is made for its mesh, as its conf says, and on an update too', async () => {
    const keyMaker = countKeys();
    const server = await startServer({}, true, keyMaker);
    keyMaker.made.length = 0;
    await server.put(
      '/meshes/m',
      withCa('m', { type: 'builtin', conf: { caCert: { RSAbits: 1024, expiration: '2d' } } }),
    );
    await server.put('/meshes/n', { type: 'Mesh', name: 'n' });
    await server.put('/meshes/n', withCa('n', { type: 'builtin' }));
    expect(keyMaker.made.filter((each) => typeof each === 'object')).toEqual([
      { commonName: 'm', trustDomain: 'm', rsaBits: 1024, validity: 2 * 86_400_000, backdated: 10_000 },
      { commonName: 'n', trustDomain: 'n', rsaBits: 2048, validity: 3650 * 86_400_000, backdated: 10_000 },
    ]);
  });

  it('is kept as long as it is whole, also while no backend names it', async () => {
    const server = await startServer();
    const off = { type: 'Mesh', name: 'm' };
    await server.put('/meshes/m', withCa('m', { type: 'builtin' }));
    for (const name of secrets) {
      const body = { type: 'Secret', mesh: 'm', name, data: Buffer.from(name).toString('base64') };
      await server.put(`/meshes/m/secrets/${name}`, body);
    }
    await server.put('/meshes/m', off);
    await server.put('/meshes/m', withCa('m', { type: 'builtin' }));
    expect(await readPair(server)).toEqual(secrets);

    await server.put('/meshes/m', off);
    await server.remove(`/meshes/m/secrets/${secrets[0]}`);
    expect((await server.put('/meshes/m', withCa('m', { type: 'builtin' }))).statusCode).toBe(200);
    const [certificate = '', privateKey = ''] = await readPair(server);
    expect(await quickKeys.checkAuthority({ certificate, privateKey })).toEqual([]);
  });

  it.each([
    {
      name: 'a mesh is made at the same moment',
      other: (server: TestServer) => storeResource(server, { type: 'Mesh', mesh: '', name: 'm' }, {}),
    },
    {
      name: 'one of its secrets appears at the same moment',
      other: (server: TestServer) =>
        server.put(`/meshes/m/secrets/${secrets[0]}`, { type: 'Secret', mesh: 'm', name: secrets[0] }),
    },
    {
      name: 'one of its old secrets goes at the same moment',
      left: true,
      other: (server: TestServer) => server.remove(`/meshes/m/secrets/${secrets[1]}`),
    },
  ])('is whole although $name, and made once', async ({ left = false, other }) => {
    const keyMaker = countKeys();
    const server = await startServer({}, true, keyMaker);
    if (left) {
      const { certificate, privateKey } = await quickKeys.makeAuthority(authority);
      for (const [name = '', text] of [
        [secrets[0], certificate],
        [secrets[1], privateKey],
      ]) {
        const data = Buffer.from(text ?? '').toString('base64');
        await server.put(`/meshes/m/secrets/${name}`, { type: 'Secret', mesh: 'm', name, data });
      }
    }
    keyMaker.made.length = 0;
    const { store } = server;
    const transact = store.transact.bind(store);
    store.transact = async (transaction) => {
      store.transact = transact;
      await other(server);
      return transact(transaction);
    };
    expect((await server.put('/meshes/m', withCa('m', { type: 'builtin' }))).statusCode).toBeLessThan(300);
    const [certificate = '', privateKey = ''] = await readPair(server);
    expect(await quickKeys.checkAuthority({ certificate, privateKey })).toEqual([]);
    expect(keyMaker.made.filter((each) => typeof each === 'object')).toHaveLength(1);
  });

  it('that cannot be made leaves nothing behind', async () => {
    const server = await startServer();
    const response = await server.put('/meshes/m', withCa('m', { type: 'builtin', conf: { caCert: { RSAbits: 1 } } }));
    expect(response.json()).toMatchObject({ status: 400, title: 'Could not create a resource' });
    expect((await server.get('/meshes/m')).statusCode).toBe(404);
    expect(await namesOf(server, '/meshes/m/secrets')).toEqual([]);
  });
});

describe('a provided CA', () => {
  const conf = { cert: { secret: 'cert' }, key: { secret: 'key' } };
  const provided = (given: object) => withCa('m', { type: 'provided', conf: given });
  const field = 'mtls.backends[0].conf';

  const putSecret = (server: TestServer, name: string, text: string) =>
    server.put(`/meshes/m/secrets/${name}`, {
      type: 'Secret',
      mesh: 'm',
      name,
      data: Buffer.from(text).toString('base64'),
    });

  const makePair = () => quickKeys.makeAuthority(authority);

  const refusalOf = async (server: TestServer, given: object): Promise<readonly string[]> => {
    const response = await server.put('/meshes/m', provided(given));
    const { title, invalid_parameters = [] } = response.json<{
      title: string;
      invalid_parameters?: readonly { field: string; reason: string }[];
    }>();
    expect(title).toBe('Could not create a resource');
    return invalid_parameters.map((each) => `${each.field}: ${each.reason}`);
  };

  it('is taken from secrets, files and the conf itself', async () => {
    const server = await startServer();
    const { certificate, privateKey } = await makePair();
    const folder = mkdtempSync(join(tmpdir(), 'skein-ca-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    writeFileSync(join(folder, 'key'), privateKey);
    await putSecret(server, 'cert', certificate);
    await putSecret(server, 'key', privateKey);
    for (const given of [
      conf,
      { cert: { inlineString: certificate }, key: { file: join(folder, 'key') } },
      { cert: { inline: Buffer.from(certificate).toString('base64') }, key: { secret: 'key' } },
    ]) {
      expect((await server.put('/meshes/m', provided(given))).body).toBe('');
    }
    expect(await namesOf(server, '/meshes/m/secrets?name=builtin')).toEqual([]);
  });

  it('must be there: the key is looked for first, and both are blamed', async () => {
    const server = await startServer();
    const missing = (name: string) => `could not load data: Resource not found: type="Secret" name="${name}" mesh="m"`;
    const blame = (message: string) => [`${field}.cert: ${message}`, `${field}.key: ${message}`];
    expect(await refusalOf(server, conf)).toEqual(blame(missing('key')));
    await putSecret(server, 'key', 'x');
    expect(await refusalOf(server, conf)).toEqual(blame(missing('cert')));
    for (const [file, reason] of [
      ['/nowhere', 'no such file or directory'],
      ['/', 'not a file'],
      ['/dev/zero', 'not a file'],
      [process.execPath, 'larger than 1048576 bytes'],
    ]) {
      const given = { cert: { secret: 'key' }, key: { file } };
      expect(await refusalOf(server, given)).toEqual(blame(`could not load data: open ${file}: ${reason}`));
    }
    expect((await server.get('/meshes/m')).statusCode).toBe(404);
  });

  it('must be a CA', async () => {
    const server = await startServer();
    await putSecret(server, 'cert', 'x');
    await putSecret(server, 'key', 'x');
    expect(await refusalOf(server, conf)).toEqual([
      `${field}.cert: not a valid TLS key pair: tls: failed to find any PEM data in certificate input`,
    ]);
    const unchecked = withCa('m', { type: 'provided', conf }, { skipValidation: true });
    expect((await server.put('/meshes/m', unchecked)).statusCode).toBe(201);
  });

  it('is judged anew when one of its secrets changes in the same moment', async () => {
    const server = await startServer();
    const { certificate, privateKey } = await makePair();
    await putSecret(server, 'cert', certificate);
    await putSecret(server, 'key', privateKey);
    const { store } = server;
    const transact = store.transact.bind(store);
    store.transact = async (transaction) => {
      store.transact = transact;
      await server.remove('/meshes/m/secrets/key');
      return transact(transaction);
    };
    expect(await refusalOf(server, conf)).toHaveLength(2);
  });
});
