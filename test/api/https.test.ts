import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import type { KeyPair } from '../../src/model/provision.js';
import { makeClientCertificate } from './client-certificate.js';
import { startServer, type TestServer } from './fixture.js';

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

interface SecureServer extends TestServer {
  readonly folder: string;
  readonly port: number;
  /** What clients check the server with. */
  readonly ca: string;
  readonly ask: (path: string, options?: RequestOptions) => Promise<Answer>;
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'skein-https-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A server whose API listens for HTTPS only; requests come from 127.0.0.1. */
async function startSecureServer(env: Readonly<Record<string, string>> = {}): Promise<SecureServer> {
  const folder = makeFolder();
  const server = await startServer({
    KUMA_GENERAL_WORK_DIR: folder,
    KUMA_STORE_TYPE: 'memory',
    KUMA_API_SERVER_HTTPS_ENABLED: 'true',
    ...env,
  });
  const { secureServer } = server.app;
  if (secureServer === undefined) throw new Error('there is no secure server');
  await once(secureServer.listen(0, '127.0.0.1'), 'listening');
  const { port } = secureServer.address() as AddressInfo;
  const ca = readFileSync(join(folder, 'tls/ca.crt'), 'utf8');
  const ask = (path: string, options: RequestOptions = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, ca, agent: false, ...options }, (response) => {
        void text(response).then((body) => {
          resolve({ status: response.statusCode, body });
        });
      })
        .on('error', reject)
        .end();
    });
  return { ...server, folder, port, ca, ask };
}

const remote = { localAddress: '127.0.0.2' };
const withCertificate = ({ certificate, privateKey }: KeyPair) => ({ ...remote, cert: certificate, key: privateKey });

describe('the API over HTTPS', () => {
  it('is the same as over HTTP, with links of its own scheme', async () => {
    const { ask, put, port } = await startSecureServer();
    await put('/meshes/a', { type: 'Mesh', name: 'a' });
    const { status, body } = await ask('/meshes?size=1', { host: 'localhost' });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ next: `https://localhost:${port}/meshes?offset=1&size=1` });
    expect(JSON.parse((await ask('/who-am-i')).body)).toMatchObject({ name: 'mesh-system:admin' });
    expect(JSON.parse((await ask('/who-am-i', remote)).body)).toMatchObject({ name: 'mesh-system:anonymous' });
  });

  it.each([
    { name: 'no version before 1.2', env: {}, options: { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }, ok: false },
    { name: 'version 1.2', env: {}, options: { maxVersion: 'TLSv1.2' }, ok: true },
    { name: 'version 1.3', env: {}, options: { minVersion: 'TLSv1.3' }, ok: true },
    {
      name: 'no version 1.2 when 1.3 is the least of all servers',
      env: { KUMA_GENERAL_TLS_MIN_VERSION: 'TLSv1_3' },
      options: { maxVersion: 'TLSv1.2' },
      ok: false,
    },
    {
      name: 'no version 1.3 when 1.2 is the greatest of this one',
      env: { KUMA_API_SERVER_HTTPS_TLS_MAX_VERSION: 'TLSv1_2' },
      options: { minVersion: 'TLSv1.3' },
      ok: false,
    },
    {
      name: 'the cipher suites that are set',
      env: { KUMA_API_SERVER_HTTPS_TLS_CIPHER_SUITES: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384' },
      options: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
      ok: false,
    },
  ] as const)('speaks $name', async ({ env, options, ok }) => {
    const { ask } = await startSecureServer(env);
    const answer = ask('/', options).then(
      ({ status }) => status,
      () => 'refused',
    );
    expect(await answer).toBe(ok ? 200 : 'refused');
  });

  it('survives what is no handshake, and ends with connections that have begun none', async () => {
    const server = await startSecureServer({
      SKEIN_API_SERVER_HEADERS_TIMEOUT: '1h',
    });
    for (const bytes of ['GET / HTTP/1.1\r\nhost: a\r\n\r\n', Buffer.alloc(1_000, 7)]) {
      const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
      socket.on('error', () => undefined).resume();
      await once(socket, 'close');
    }
    expect((await server.ask('/')).status).toBe(200);
    const silent = connect(server.port, '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent.on('error', () => undefined).resume(), 'close');
    await server.app.close();
    await closed;
    expect(server.log).toEqual([]);
  });

  it.each([
    {
      name: 'a file that is missing',
      env: { KUMA_GENERAL_TLS_CERT_FILE: '/none.crt', KUMA_GENERAL_TLS_KEY_FILE: '/none.key' },
      message: /^\/none\.crt cannot be read: ENOENT.*; see the settings of TLS$/,
    },
    {
      name: 'cipher suites that are none',
      env: { KUMA_GENERAL_TLS_CIPHER_SUITES: 'TLS_NONE' },
      message: /^TLS cannot be served as it is set: .*no cipher match/,
    },
    {
      name: 'a folder of certificates that is none',
      env: { KUMA_API_SERVER_AUTH_CLIENT_CERTS_DIR: '/none' },
      message: /^\/none cannot be read: ENOENT/,
    },
  ])('does not start with $name', async ({ env, message }) => {
    const started = startServer({ KUMA_STORE_TYPE: 'memory', KUMA_API_SERVER_HTTPS_ENABLED: 'true', ...env }, false);
    await expect(started).rejects.toThrow(message);
  });
});

describe('certificates of clients', () => {
  let [own, certified, foreign, authority]: KeyPair[] = [];
  beforeAll(async () => {
    authority = await makeClientCertificate('ca');
    [own, certified, foreign] = await Promise.all([
      makeClientCertificate('own'),
      makeClientCertificate('certified', authority),
      makeClientCertificate('foreign'),
    ]);
  });

  /** A server that trusts `own` and what `authority` certifies. */
  async function startTrusting(
    env: Readonly<Record<string, string>>,
  ): Promise<SecureServer & { readonly trusted: string }> {
    const trusted = makeFolder();
    writeFileSync(join(trusted, 'own.crt'), own!.certificate);
    writeFileSync(join(trusted, 'ca.pem'), authority!.certificate);
    writeFileSync(join(trusted, 'README'), 'no certificate');
    const server = await startSecureServer({ KUMA_API_SERVER_AUTH_CLIENT_CERTS_DIR: trusted, ...env });
    return { ...server, trusted };
  }

  const nameOf = async ({ ask }: SecureServer, options: RequestOptions): Promise<string> => {
    const { status, body } = await ask('/who-am-i', options).catch(() => ({ status: 0, body: '' }));
    return status === 200 ? (JSON.parse(body) as { name: string }).name : `refused ${status}`;
  };
  const administrators = { KUMA_API_SERVER_AUTHN_TYPE: 'adminClientCerts' };
  const administrator = 'mesh-system:admin';
  const anonymous = 'mesh-system:anonymous';

  it.each([
    { name: 'that is trusted', pair: () => own, want: administrator },
    { name: 'that a trusted one certifies', pair: () => certified, want: administrator },
    { name: 'that is not trusted', pair: () => foreign, want: 'refused 0' },
  ])('a certificate $name: $want', async ({ pair, want }) => {
    expect(await nameOf(await startTrusting(administrators), withCertificate(pair()!))).toBe(want);
  });

  it('take the place of tokens', async () => {
    const server = await startTrusting(administrators);
    expect(await nameOf(server, { ...remote, headers: { authorization: 'Bearer x' } })).toBe(anonymous);
    expect(await nameOf(server, remote)).toBe(anonymous);
  });

  it('make nobody an administrator unless the setting says so, and can be a condition all the same', async () => {
    const server = await startTrusting({ KUMA_API_SERVER_HTTPS_REQUIRE_CLIENT_CERT: 'true' });
    expect(await nameOf(server, withCertificate(own!))).toBe(anonymous);
    expect(await nameOf(server, withCertificate(foreign!))).toBe('refused 0');
    expect(await nameOf(server, remote)).toBe('refused 0');
  });

  it('are not had by who resumes a session without one', async () => {
    const server = await startTrusting(administrators);
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const agent = new Agent({ keepAlive: false, maxCachedSessions: 10 });
      const options = { ...remote, agent, maxVersion };
      expect([await nameOf(server, options), await nameOf(server, options)]).toEqual([anonymous, anonymous]);
    }
  });

  it('are read again, and one that is broken changes nothing', async () => {
    const server = await startTrusting(administrators);
    writeFileSync(join(server.trusted, 'b.crt'), 'nonsense');
    await server.reload();
    expect(await nameOf(server, withCertificate(own!))).toBe(administrator);
    writeFileSync(join(server.trusted, 'b.crt'), foreign!.certificate);
    rmSync(join(server.trusted, 'own.crt'));
    await server.reload();
    expect(await nameOf(server, withCertificate(own!))).toBe('refused 0');
    expect(await nameOf(server, withCertificate(foreign!))).toBe(administrator);
    expect(server.log.map(({ message }) => message)).toEqual([
      `the certificates of clients stay as they were: ${join(server.trusted, 'b.crt')} holds no certificate in PEM that can be read`,
      'other certificates of clients are trusted from now on',
    ]);
  });
});

it('a certificate that is lost is made anew at a reload, while connections go on', async () => {
  const server = await startSecureServer();
  const socket = connectTls({ port: server.port, host: '127.0.0.1', ca: server.ca, servername: 'localhost' });
  await once(socket, 'secureConnect');
  rmSync(join(server.folder, 'tls/server.crt'));
  await server.reload();
  const serialOf = (peer: typeof socket): string => peer.getPeerCertificate().serialNumber;
  const next = connectTls({ port: server.port, host: '127.0.0.1', ca: server.ca, servername: 'localhost' });
  await once(next, 'secureConnect');
  expect(serialOf(next)).not.toBe(serialOf(socket));
  socket.write('GET /who-am-i HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200/);
  next.destroy();
});
