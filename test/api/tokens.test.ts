import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';

import { readSecret, startServer, type TestServer } from './fixture.js';

const remote = { remoteAddress: '192.0.2.1' };
const local = { host: 'localhost:5681' };
const userKey = '/global-secrets/user-token-signing-key-1';
const now = (): number => Math.floor(Date.now() / 1_000);

const ask = ({ app }: TestServer, sort: string, body: unknown, more: Readonly<Record<string, string>> = local) =>
  app.inject({
    method: 'POST',
    url: `/tokens/${sort}`,
    headers: { 'content-type': 'application/json', ...more },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
    ...(more === local ? {} : remote),
  });

const asUser = ({ app }: TestServer, token: string, url = '/who-am-i') =>
  app.inject({ url, headers: { authorization: `Bearer ${token}` }, ...remote });

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const putSecret = (server: TestServer, name: string, text: string) =>
  server.put(
    `/global-secrets/${name}`,
    { type: 'GlobalSecret', name, data: Buffer.from(text).toString('base64') },
    local,
  );

describe('tokens are issued', () => {
  it.each([
    {
      sort: 'dataplane',
      body: { mesh: 'default', NAME: 'dp', tags: { b: ['2', '1', '2'], a: ['x'], none: [] }, type: '', validFor: '1h' },
      claims: { Name: 'dp', Mesh: 'default', Tags: { a: ['x'], b: ['1', '2'] }, Type: '' },
      seconds: 3_600,
    },
    {
      sort: 'dataplane',
      body: { mesh: 'default' },
      claims: { Name: '', Mesh: 'default', Tags: {}, Type: '' },
      seconds: 315_360_000,
    },
    {
      sort: 'zone',
      body: { zone: 'z', scope: ['egress'], validFor: '1m' },
      claims: { Zone: 'z', Scope: ['egress'] },
      seconds: 60,
    },
    { sort: 'zone-ingress', body: { zone: 'z' }, claims: { Zone: 'z' }, seconds: 315_360_000 },
    { sort: 'user', body: { name: 'u', validFor: '1h' }, claims: { Name: 'u', Groups: null }, seconds: 3_600 },
  ])('for $sort $body', async ({ sort, body, claims, seconds }) => {
    const answer = await ask(await startServer(), sort, body);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/plain']);
    expect(decodeProtectedHeader(answer.body)).toEqual({ alg: 'RS256', kid: '1', typ: 'JWT' });
    const { exp = 0, nbf = 0, iat = 0, jti, ...own } = decodeJwt(answer.body);
    expect(own).toEqual(claims);
    expect([exp - iat, iat - nbf, typeof jti]).toEqual([seconds, 300, 'string']);
  });

  it('with the newest key', async () => {
    const server = await startServer();
    await putSecret(server, 'user-token-signing-key-7', await readSecret(server, userKey));
    const { body } = await ask(server, 'user', { name: 'u', validFor: '1h' });
    expect(decodeProtectedHeader(body).kid).toBe('7');
    expect((await asUser(server, body)).statusCode).toBe(200);
  });

  it.each([
    { key: 'no key', text: 'none' },
    {
      key: 'a key of another algorithm',
      text: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    },
    {
      key: 'a key that is too short',
      text: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
    },
  ])('not with $key, and the answer names its secret', async ({ text }) => {
    const server = await startServer();
    await putSecret(server, 'zone-token-signing-key-2', text.toString());
    expect((await ask(server, 'zone', { zone: 'z', scope: [] })).json()).toMatchObject({
      status: 404,
      title: 'Signing Key not found',
      detail: 'GlobalSecret of name "zone-token-signing-key-2" holds no RSA key of 2048 bits or more',
    });
  });

  it('in read-only mode, and a line of the log says so without the token', async () => {
    const server = await startServer({ KUMA_API_SERVER_READ_ONLY: 'true' });
    const { body, statusCode } = await ask(server, 'zone', { zone: 'z', scope: [] });
    expect(statusCode).toBe(200);
    expect(server.log.find(({ message }) => message === 'issued a token')?.fields).toMatchObject({ token: 'zone' });
    expect(JSON.stringify(server.log)).not.toContain(body);
  });

  it.each([
    { sort: 'user', variable: 'KUMA_API_SERVER_AUTHN_TOKENS_ENABLE_ISSUER', body: { name: 'u', validFor: '1h' } },
    {
      sort: 'dataplane',
      variable: 'KUMA_DP_SERVER_AUTHN_DP_PROXY_DP_TOKEN_ENABLE_ISSUER',
      body: { mesh: 'default' },
    },
    { sort: 'zone', variable: 'KUMA_DP_SERVER_AUTHN_ZONE_PROXY_ZONE_TOKEN_ENABLE_ISSUER', body: { scope: [] } },
  ])('not for $sort when they are issued elsewhere', async ({ sort, variable, body }) => {
    const server = await startServer({ [variable]: 'false' });
    expect((await ask(server, sort, body)).json()).toMatchObject({
      status: 503,
      title: 'Could not issue a token',
      detail: expect.stringMatching(/^the setting .*\.enableIssuer is false$/),
    });
    const admin = await server.get('/global-secrets/admin-user-token', local);
    expect(admin.statusCode).toBe(sort === 'user' ? 404 : 200);
    expect((await ask(server, 'zone-ingress', { zone: 'z' })).statusCode).toBe(200);
  });

  it.each(['1', '[]', '{"mesh":1}', '{"mesh":"m","tags":{"a":"b"}}', '{"mesh":"m","tags":[]}', '{"a":1}}'])(
    'not for what cannot be decoded: %s',
    async (body) => {
      const answer = await ask(await startServer(), 'dataplane', body);
      expect([answer.statusCode, answer.body]).toEqual([400, '']);
    },
  );
});

it.each([
  { sort: 'dataplane', body: '{', status: 400 },
  { sort: 'dataplane', body: {}, status: 400 },
  { sort: 'dataplane', body: { mesh: 'default' }, status: 403 },
  { sort: 'zone', body: '{', status: 400 },
  { sort: 'zone', body: {}, status: 403 },
  { sort: 'zone-ingress', body: {}, status: 403 },
  { sort: 'user', body: '{', status: 403 },
])('who is no administrator gets no $sort token: $body is answered with $status', async ({ sort, body, status }) => {
  const server = await startServer();
  const user = (await ask(server, 'user', { name: 'u', groups: ['g'], validFor: '1h' })).body;
  for (const headers of [{}, bearer(user)]) {
    const answer = await ask(server, sort, body, headers);
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json()).toMatchObject({ title: 'Access Denied', detail: 'action not allowed' });
  }
});

describe('a user comes in with a token', () => {
  it('with the groups of the token and that of all who authenticate', async () => {
    const server = await startServer();
    const { body } = await ask(server, 'user', { name: 'u', groups: ['g'], validFor: '1h' });
    expect((await asUser(server, body)).json()).toEqual({ name: 'u', groups: ['g', 'mesh-system:authenticated'] });
    expect((await asUser(server, body, '/global-secrets')).statusCode).toBe(403);
    const admin = await readSecret(server, '/global-secrets/admin-user-token');
    expect((await asUser(server, admin, '/global-secrets')).statusCode).toBe(200);
    expect((await ask(server, 'zone', { scope: [] }, bearer(admin))).statusCode).toBe(200);
  });

  it('until it is revoked', async () => {
    const server = await startServer();
    const { body } = await ask(server, 'user', { name: 'u', validFor: '1h' });
    await putSecret(server, 'user-token-revocations', `other,${decodeJwt(body).jti ?? ''}\n`);
    expect((await asUser(server, body)).statusCode).toBe(401);
    await putSecret(server, 'user-token-revocations', 'other');
    expect((await asUser(server, body)).statusCode).toBe(200);
  });

  it('of a public key in the settings, and of that alone when secrets do not count', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const key = publicKey.export({ type: 'spki', format: 'pem' });
    const server = await startServer({
      SKEIN_API_SERVER_AUTHN_TOKENS_VALIDATOR_PUBLIC_KEYS: JSON.stringify([{ kid: 'mine', key }]),
      KUMA_API_SERVER_AUTHN_TOKENS_VALIDATOR_USE_SECRETS: 'false',
    });
    const offline = await new SignJWT({ Name: 'off' })
      .setProtectedHeader({ alg: 'RS256', kid: 'mine' })
      .sign(privateKey);
    expect((await asUser(server, offline)).json()).toMatchObject({ name: 'off' });
    const { body } = await ask(server, 'user', { name: 'u', validFor: '1h' });
    expect((await asUser(server, body)).statusCode).toBe(401);
  });

  it('unless the scheme is another, which is ignored, or the client is an administrator anyway', async () => {
    const server = await startServer();
    for (const authorization of ['bearer x', 'Basic eDp4', 'Bearer']) {
      const answer = await server.app.inject({ url: '/who-am-i', headers: { authorization }, ...remote });
      expect(answer.json()).toMatchObject({ name: 'mesh-system:anonymous' });
    }
    expect((await server.get('/who-am-i', { ...local, ...bearer('x') })).json()).toMatchObject({
      name: 'mesh-system:admin',
    });
  });
});

describe('a token is refused', () => {
  const claims: JWTPayload = { Name: 'mesh-system:admin', Groups: ['mesh-system:admin'] };
  const sign = (key: string, more: JWTPayload = {}, header: Readonly<Record<string, unknown>> = { kid: '1' }) =>
    new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'RS256', ...header }).sign(createPrivateKey(key));
  const publicText = (key: string) => createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const hmac = (text: string) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: '1' }).sign(Buffer.from(text));
  const foreign = () =>
    generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  const makers: Readonly<Record<string, (key: string, server: TestServer) => unknown>> = {
    'is none': () => 'bogus',
    'is empty': () => '',
    'has expired': (key) => sign(key, { exp: now() - 1 }),
    'does not hold yet': (key) => sign(key, { nbf: now() + 60 }),
    'is issued in the future': (key) => sign(key, { iat: now() + 60 }),
    'names an unknown key': (key) => sign(key, {}, { kid: '9' }),
    'names no key': (key) => sign(key, {}, {}),
    'names no user': (key) => sign(key, { Name: 1 }),
    'is signed by another key': () => sign(foreign()),
    'is not signed': () => new UnsecuredJWT(claims).encode(),
    'is signed with HS256 and the public key': (key) => hmac(publicText(key)),
    'is signed with HS256 and the private key': (key) => hmac(key),
    'is cut short': async (key) => (await sign(key)).slice(0, -4),
  };

  it.each(Object.entries(makers))('that %s', async (_, make) => {
    const server = await startServer();
    const key = await readSecret(server, userKey);
    expect((await asUser(server, await sign(key))).statusCode).toBe(200);
    const token = String(await make(key, server));
    for (const url of ['/who-am-i', '/nope', '/meshes/default']) {
      const answer = await asUser(server, token, url);
      expect(answer.json()).toEqual({
        type: '/std-errors',
        status: 401,
        title: 'Invalid authentication data',
        detail: 'Unauthenticated',
        details: 'Unauthenticated',
      });
    }
    if (token !== '') expect(JSON.stringify(server.log)).not.toContain(token);
  });

  it.each([
    { sort: 'dataplane', body: { mesh: 'default', name: 'mesh-system:admin' }, key: 'dataplane' },
    { sort: 'zone', body: { zone: 'z', scope: [] }, key: 'zone' },
    { sort: 'zone-ingress', body: { zone: 'z' }, key: 'zone-ingress' },
  ])('that is one for $sort', async ({ sort, body }) => {
    // here each sort has a key of its own, as in earnest
    const server = await startServer();
    await putSecret(server, 'user-token-signing-key-1', foreign());
    const token = (await ask(server, sort, body)).body;
    expect((await asUser(server, token)).statusCode).toBe(401);
  });
});

it('a public key that is none stops the start, and its id is named', async () => {
  const keys = JSON.stringify([{ kid: 'mine', keyFile: '/nonexistent.pem' }]);
  await expect(startServer({ SKEIN_API_SERVER_AUTHN_TOKENS_VALIDATOR_PUBLIC_KEYS: keys }, false)).rejects.toThrow(
    'the public key "mine" of apiServer.authn.tokens.validator: ENOENT',
  );
});
