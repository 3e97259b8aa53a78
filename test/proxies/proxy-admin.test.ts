import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { ok } from '../../src/lib/result.js';
import type { KeyPair } from '../../src/model/provision.js';
import { toSecretSpec } from '../../src/model/secret.js';
import { makeServerAuthority } from '../../src/pki/make-server-certificate.js';
import { offlineNode } from '../../src/plan/proxy-node.js';
import { AdminCertificates } from '../../src/proxies/admin-certificates.js';
import { openProxyAdmin } from '../../src/proxies/proxy-admin.js';
import { emptyWorld, nextWorld } from '../../src/snapshot/world.js';
import { storeWith } from './fixture.js';

const web = { type: 'Dataplane', mesh: 'default', name: 'web-1' };

let authority: KeyPair;
let foreign: KeyPair;
beforeAll(async () => {
  [authority, foreign] = await Promise.all([makeServerAuthority(Date.now()), makeServerAuthority(Date.now())]);
});

const certificatesOf = async ({ certificate, privateKey }: KeyPair) =>
  new AdminCertificates(
    await storeWith({ type: 'GlobalSecret', name: 'envoy-admin-ca', spec: toSecretSpec(certificate + privateKey) }),
    Date.now,
  );

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** What stands for Envoy's admin: with TLS as its listener has it, or plain. */
async function serve(answer: RequestListener, tls?: { readonly by: KeyPair; readonly for: string }): Promise<number> {
  let server: Server;
  if (tls === undefined) server = createHttpServer(answer);
  else {
    const { certificateChain, privateKey } = await (await certificatesOf(tls.by)).of(web, [tls.for]);
    const decode = (text: string) => Buffer.from(text, 'base64');
    server = createHttpsServer(
      {
        cert: decode(certificateChain),
        key: decode(privateKey),
        ca: authority.certificate,
        requestCert: true,
        rejectUnauthorized: true,
      },
      answer,
    );
  }
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Asked {
  readonly port: number;
  /** In the Dataplane. */
  readonly address?: string;
  readonly from?: string;
  readonly timeout?: number;
  readonly maxSize?: number;
}

async function ask({ port, address = '127.0.0.1', from = '127.0.0.1', ...limits }: Asked) {
  const certificates = await certificatesOf(authority);
  const meta = { creationTime: '', modificationTime: '', creationRevision: 1, revision: 1 };
  const world = nextWorld(emptyWorld, [
    { revision: 1, key: web, resource: { ...web, ...meta, spec: { networking: { address } } } },
  ]);
  // where the Dataplane's address is that of the admin, the admin itself is asked
  const node = { ...offlineNode, ...(port === 0 ? {} : { admin: { address: '127.0.0.1', port } }) };
  const admin = openProxyAdmin({
    world: () => world,
    liveProxies: {
      deliveryOf: () => Promise.resolve(undefined),
      nodeOf: () => node,
      addressOf: () => (from === 'gone' ? undefined : from),
    },
    certificate: () => certificates.client(),
    ownAddresses: () => [],
    ...limits,
  });
  return admin.ask(web, 'stats');
}

const echo: RequestListener = ({ url }, response) => response.end(`stats of ${String(url)}`);
const reasonOf = (answer: Awaited<ReturnType<typeof ask>>): unknown =>
  answer.ok ? answer.value : answer.error.failure === 'unreachable' ? answer.error.reason : answer.error.failure;

it('the admin is asked without TLS where it listens itself', async () => {
  expect(await ask({ port: await serve(echo) })).toEqual(ok('stats of /stats'));
});

it('the listener in front of it is asked with mTLS', async () => {
  const port = await serve(echo, { by: authority, for: '127.0.0.2' });
  // the server listens at 127.0.0.1 only, but this name leads there
  const named = await serve(echo, { by: authority, for: 'localhost' });
  expect(reasonOf(await ask({ port, address: '127.0.0.2' }))).toMatch(/ECONNREFUSED/);
  expect(await ask({ port: named, address: 'localhost' })).toEqual(ok('stats of /stats'));
});

describe('it is not asked, or not believed', () => {
  it.each([
    { name: 'by another CA', tls: () => ({ by: foreign, for: 'localhost' }), reason: /certificate|signature/ },
    { name: 'for another host', tls: () => ({ by: authority, for: 'elsewhere' }), reason: /does not match|altnames/ },
  ])('with a certificate $name', async ({ tls, reason }) => {
    expect(reasonOf(await ask({ port: await serve(echo, tls()), address: 'localhost' }))).toMatch(reason);
  });

  it.each<{
    readonly name: string;
    readonly answer?: RequestListener;
    readonly asked: Omit<Asked, 'port'>;
    readonly reason: string;
  }>([
    {
      name: 'when it redirects',
      answer: (_, response) => response.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
      asked: {},
      reason: 'it answered with status 302',
    },
    { name: 'when its answer is too large', asked: { maxSize: 10 }, reason: 'its answer is larger than 10 bytes' },
    {
      name: 'when it does not answer',
      answer: () => undefined,
      asked: { timeout: 50 },
      reason: 'it did not answer within 50 ms',
    },
    {
      name: 'when it would be this host, and the proxy is elsewhere',
      asked: { from: '10.0.0.1' },
      reason: '127.0.0.1 leads to this host, where the proxy is not',
    },
    { name: 'when the proxy is not connected', asked: { from: 'gone' }, reason: 'not-connected' },
  ])('$name', async ({ answer = echo, asked, reason }) => {
    expect(reasonOf(await ask({ port: await serve(answer), ...asked }))).toBe(reason);
  });

  it('when there is none', async () => {
    expect(reasonOf(await ask({ port: 0 }))).toBe('no-admin');
  });
});
