import { once } from 'node:events';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import table from './authorization.json' with { type: 'json' };
import { makeClientCertificate } from './client-certificate.js';
import { ApiDocument } from './document.js';
import { readSecret, startServer, type TestServer } from './fixture.js';

// What each route of the OpenAPI document does, in authorization.json: a route without a row fails here. Beside it stands
// who may do that.
type Action = keyof typeof table;

/** As whom the server sees a client. */
type Principal = 'administrator' | 'user' | 'anonymous' | 'nobody';

const mayDo: Readonly<Record<Action, (principal: Principal, anonymousAccess: string) => boolean>> = {
  read: (principal, access) => principal !== 'anonymous' || access !== 'none',
  write: (principal, access) => principal !== 'anonymous' || access === 'write',
  readSecrets: (principal) => principal === 'administrator',
  writeSecrets: (principal) => principal === 'administrator',
  readEnvoy: (principal) => principal === 'administrator',
  issueTokens: (principal) => principal === 'administrator',
};

interface Route {
  readonly method: string;
  readonly path: string;
  readonly action: Action;
}

const routes = Object.entries(table).flatMap(([action, rows]) =>
  rows.map((row): Route => {
    const [method = '', path = ''] = row.split(' ');
    return { method, path, action: action as Action };
  }),
);

/** Bodies that would be taken: what is wrong with a body is told before access is checked. */
const tokenBodies: Readonly<Record<string, object>> = {
  '/tokens/dataplane': { mesh: 'default' },
  '/tokens/zone': { zone: 'z', scope: ['egress'] },
  '/tokens/zone-ingress': { zone: 'z' },
  '/tokens/user': { name: 'u', validFor: '1h' },
};

/** A request for the route; nothing is there under the name, and nothing comes to be. */
const requestFor = ({ method, path }: Route, name = 'none') => ({
  method: method as 'GET',
  url: path.replace('{mesh}', 'default').replaceAll(/\{[a-z]+\}/g, name),
  ...(method === 'GET' || method === 'DELETE'
    ? {}
    : { headers: { 'content-type': 'application/json' }, payload: JSON.stringify(tokenBodies[path] ?? {}) }),
});

const expectedOf = ({ action }: Route, principal: Principal, access: string): number | 'let in' =>
  principal === 'nobody' ? 401 : mayDo[action](principal, access) ? 'let in' : 403;

/** The routes whose answer is another than it should be. */
async function findDifferences(
  principal: Principal,
  access: string,
  ask: (request: ReturnType<typeof requestFor>) => Promise<number>,
): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const route of routes) {
    const status = await ask(requestFor(route));
    const got = status === 401 || status === 403 ? status : status < 500 || status === 503 ? 'let in' : status;
    const want = expectedOf(route, principal, access);
    if (got !== want) differences.push(`${route.method} ${route.path}: ${got}, not ${want}`);
  }
  return differences;
}

const remote = '127.0.0.2';
const now = Math.floor(Date.now() / 1_000);
const administrator: JWTPayload = { Name: 'mesh-system:admin', Groups: ['mesh-system:admin'] };

let server: TestServer;
const tokens = new Map<string, string>();
beforeAll(async () => {
  server = await startServer({ KUMA_STORE_TYPE: 'memory' }, false);
  const pem = await readSecret(server, '/global-secrets/user-token-signing-key-1');
  const key = createPrivateKey(pem);
  const sign = (claims: JWTPayload, kid = '1', signer = key): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(signer);
  const issue = async (sort: string): Promise<string> =>
    (await server.app.inject(requestFor({ method: 'POST', path: `/tokens/${sort}`, action: 'issueTokens' }))).body;
  tokens.set('zone', await issue('zone'));
  tokens.set('dataplane', await issue('dataplane'));
  tokens.set('user', await issue('user'));
  // from here on the keys differ, as in earnest; the fixture makes but one
  const other = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  const put = (name: string, text: string) =>
    server.put(`/global-secrets/${name}`, {
      type: 'GlobalSecret',
      name,
      data: Buffer.from(text).toString('base64'),
    });
  await put('user-token-signing-key-1', other.export({ type: 'pkcs1', format: 'pem' }).toString());
  await put('user-token-revocations', 'revoked');
  tokens.set('user', await sign({ Name: 'u', Groups: ['g'] }, '1', other));
  tokens.set('administrator', await sign(administrator, '1', other));
  tokens.set('expired', await sign({ ...administrator, exp: now - 1 }, '1', other));
  tokens.set('not yet valid', await sign({ ...administrator, nbf: now + 3_600 }, '1', other));
  tokens.set('revoked', await sign({ ...administrator, jti: 'revoked' }, '1', other));
  tokens.set('of an unknown key', await sign(administrator, '2', other));
  tokens.set('of another key', await sign(administrator));
  tokens.set('not signed', new UnsecuredJWT(administrator).encode());
  const publicText = createPublicKey(other).export({ type: 'spki', format: 'pem' }).toString();
  tokens.set(
    'signed with HS256 and the public key',
    await new SignJWT(administrator).setProtectedHeader({ alg: 'HS256', kid: '1' }).sign(Buffer.from(publicText)),
  );
});
afterAll(() => server.close());

it('every route has a row, and every row a route', () => {
  const known = new ApiDocument(server.app).operations.map(({ method, path }) => `${method} ${path}`);
  expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(known.sort());
});

describe('over HTTP', () => {
  const ask =
    ({ app }: TestServer, peer: string, more: Readonly<Record<string, string>>) =>
    async (asked: ReturnType<typeof requestFor>): Promise<number> =>
      (
        await app.inject({
          ...asked,
          remoteAddress: peer,
          headers: { host: 'localhost:5681', ...asked.headers, ...more },
        })
      ).statusCode;

  it.each<{ name: string; peer: string; headers?: Record<string, string>; principal: Principal }>([
    { name: 'this host', peer: '127.0.0.1', principal: 'administrator' },
    {
      name: 'a page of another origin',
      peer: '127.0.0.1',
      headers: { origin: 'https://a.example' },
      principal: 'anonymous',
    },
    { name: 'this host under another name', peer: '127.0.0.1', headers: { host: 'a.example' }, principal: 'anonymous' },
  ])('$name is $principal', async ({ peer, headers = {}, principal }) => {
    expect(await findDifferences(principal, 'read', ask(server, peer, headers))).toEqual([]);
  });

  it.each(['none', 'read', 'write'])('a remote client may %s', async (access) => {
    const other = await startServer({ KUMA_STORE_TYPE: 'memory', SKEIN_API_SERVER_ANONYMOUS_ACCESS: access });
    expect(await findDifferences('anonymous', access, ask(other, remote, {}))).toEqual([]);
  });

  it.each<{ token: string; principal: Principal }>([
    { token: 'user', principal: 'user' },
    { token: 'administrator', principal: 'administrator' },
    ...[
      'expired',
      'not yet valid',
      'revoked',
      'of an unknown key',
      'of another key',
      'not signed',
      'signed with HS256 and the public key',
      'dataplane',
      'zone',
    ].map((token) => ({ token, principal: 'nobody' as const })),
  ])('a client with the token "$token" is $principal', async ({ token, principal }) => {
    const headers = { authorization: `Bearer ${tokens.get(token) ?? ''}` };
    expect(await findDifferences(principal, 'read', ask(server, remote, headers))).toEqual([]);
  });

  it('who may not see it is not told whether it exists', async () => {
    const hidden = routes.filter(
      ({ path, action }) => action !== 'read' && action !== 'write' && path.includes('{name}'),
    );
    const headers = { authorization: `Bearer ${tokens.get('user') ?? ''}` };
    for (const route of hidden) {
      const answers = ['none', 'user-token-signing-key-1', 'dataplane-token-signing-key-default-1'].map(
        async (name) => {
          const asked = requestFor(route, name);
          const answer = await server.app.inject({
            ...asked,
            remoteAddress: remote,
            headers: { ...asked.headers, ...headers },
          });
          return `${answer.statusCode} ${answer.body}`;
        },
      );
      expect(new Set(await Promise.all(answers)).size).toBe(1);
    }
    expect(hidden.length).toBeGreaterThan(10);
  });
});

it('over HTTPS a client with a certificate is administrator', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-authorization-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const { certificate, privateKey } = await makeClientCertificate('client');
  writeFileSync(join(folder, 'client.pem'), certificate);
  const secure = await startServer({
    KUMA_STORE_TYPE: 'memory',
    KUMA_GENERAL_WORK_DIR: folder,
    KUMA_API_SERVER_HTTPS_ENABLED: 'true',
    KUMA_API_SERVER_AUTHN_TYPE: 'adminClientCerts',
    KUMA_API_SERVER_AUTH_CLIENT_CERTS_DIR: folder,
  });
  const listener = secure.app.secureServer;
  if (listener === undefined) throw new Error('there is no secure server');
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => {
    agent.destroy();
  });
  const options = {
    host: '127.0.0.1',
    port: (listener.address() as AddressInfo).port,
    localAddress: remote,
    ca: readFileSync(join(folder, 'tls/ca.crt')),
    cert: certificate,
    key: privateKey,
    agent,
  };
  const ask = ({ method, url, headers, payload }: ReturnType<typeof requestFor>): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ ...options, method, path: url, ...(headers === undefined ? {} : { headers }) }, (response) => {
        response.resume().on('end', () => {
          resolve(response.statusCode ?? 0);
        });
      })
        .on('error', reject)
        .end(payload);
    });
  expect(await findDifferences('administrator', 'read', ask)).toEqual([]);
});
