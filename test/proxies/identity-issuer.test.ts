import { X509Certificate } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { err, ok } from '../../src/lib/result.js';
import type { KeyPair } from '../../src/model/provision.js';
import { makeServerAuthority } from '../../src/pki/make-server-certificate.js';
import { IdentityIssuer } from '../../src/proxies/identities/identity-issuer.js';
import { handover } from '../../src/proxies/identities/trust.js';
import { emptyWorld, nextWorld, type World } from '../../src/snapshot/world.js';
import { parseStored } from '../../src/store/spec-text.js';
import type { Store } from '../../src/store/store.js';
import { commit, keyOf, remove } from '../store/fixtures.js';
import { HandClock, putSpec, settle, storeWith } from './fixture.js';

const start = Date.UTC(2026, 0, 1);
const hour = 3_600_000;
/** Four fifths of a day. */
const renewal = 19.2 * hour;

let authorities: readonly [KeyPair, KeyPair];
beforeAll(async () => {
  authorities = [await makeServerAuthority(start - hour), await makeServerAuthority(start - hour)];
});

const mtls = (more: object = {}) => ({
  mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin', ...more }] },
});
const dataplane = (...services: readonly string[]) => ({
  networking: { inbound: services.map((service) => ({ port: 80, tags: { 'kuma.io/service': service } })) },
});
const web = { mesh: 'default', name: 'web-1' };
const secret = (name: string) => [name, { name }] as const;
const asked = new Map([
  secret('identity_cert:secret:default'),
  secret('mesh_ca:secret:default'),
  secret('cert-of-a-gateway'),
]);

let store: Store;
let world: World;
let clock: HandClock;
let now: number;
/** What the CA of each mesh is. */
let current: Map<string, KeyPair>;
let changes: string[];
const opened: IdentityIssuer[] = [];

async function openIssuer(): Promise<IdentityIssuer> {
  const issuer = new IdentityIssuer({
    store,
    world: () => world,
    loadAuthority: (mesh) => {
      const pair = current.get(mesh);
      return Promise.resolve(pair === undefined ? err('gone') : ok(pair));
    },
    now: () => now,
    schedule: clock.schedule,
    onChange: (mesh, name) => changes.push(name === undefined ? mesh : `${mesh}/${name}`),
    onError: (error) => {
      throw error;
    },
  });
  opened.push(issuer);
  await store.watch(await store.revision(), (log) => {
    world = nextWorld(
      world,
      log.map(({ revision, key, resource }) => ({ revision, key, resource: resource && parseStored(resource) })),
    );
    issuer.onStoreChanges(log);
  });
  return issuer;
}

let issuer: IdentityIssuer;
beforeEach(async () => {
  store = await storeWith({ type: 'Mesh', name: 'default' });
  world = emptyWorld;
  clock = new HandClock();
  now = start;
  current = new Map([['default', authorities[0]]]);
  changes = [];
  issuer = await openIssuer();
  await putSpec(store, { type: 'Mesh', name: 'default', spec: mtls() });
  await putSpec(store, { type: 'Dataplane', mesh: 'default', name: 'web-1', spec: dataplane('web') });
  changes.length = 0;
});
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

interface Issued {
  readonly tlsCertificate?: Readonly<Record<'certificateChain' | 'privateKey', { readonly inlineBytes: string }>>;
  readonly validationContext?: { readonly trustedCa: { readonly inlineBytes: string } };
}

async function ask(from = issuer, proxy = web, names = asked) {
  const secrets = await from.issueSecrets(proxy, names);
  const read = (name: string) => secrets.get(name) as Issued | undefined;
  const pem = (data: { readonly inlineBytes: string } | undefined) =>
    Buffer.from(data?.inlineBytes ?? '', 'base64').toString();
  return {
    secrets,
    certificate: new X509Certificate(pem(read('identity_cert:secret:default')?.tlsCertificate?.certificateChain)),
    bundle: pem(read('mesh_ca:secret:default')?.validationContext?.trustedCa),
    all: pem(read('mesh_ca:secret:all')?.validationContext?.trustedCa),
  };
}

/** Index of the CA that issued. */
const issuerOf = (certificate: X509Certificate): number =>
  authorities.findIndex((pair) => certificate.verify(new X509Certificate(pair.certificate).publicKey));

const replaceAuthority = async () => {
  current.set('default', authorities[1]);
  await putSpec(store, { type: 'Secret', mesh: 'default', name: 'default.ca-builtin-cert-ca-1' });
};

it('answers at once while nothing changed, and again when the Dataplane, a CA or the time has', async () => {
  // the CA is stored with the first identity
  await ask();
  const { secrets } = await ask();
  const issue = () => issuer.issueSecrets(web, asked);
  expect(issue()).toBe(secrets);
  await putSpec(store, { type: 'Dataplane', mesh: 'default', name: 'web-1', spec: dataplane('web') });
  expect(issue()).toBeInstanceOf(Promise);
  expect(await issue()).toBe(secrets);
  expect(issue()).toBe(secrets);
  await putSpec(store, { type: 'Mesh', name: 'default', spec: mtls() });
  expect(issue()).toBeInstanceOf(Promise);
  expect(await issue()).toBe(secrets);
  expect(issue()).toBe(secrets);
  now += 24 * 60 * 60 * 1000;
  expect(await issue()).not.toBe(secrets);
});

it('a proxy gets its identity and the certificates of its CA; what holds its own stays', async () => {
  const { secrets, certificate, bundle } = await ask();
  expect(certificate.subjectAltName).toBe('URI:spiffe://default/web, URI:kuma://kuma.io/service/web');
  expect(issuerOf(certificate)).toBe(0);
  expect(bundle).toBe(authorities[0].certificate);
  expect(secrets.get('cert-of-a-gateway')).toBe(asked.get('cert-of-a-gateway'));
  expect(issuer.describe(web)).toEqual({
    certificateExpirationTime: '2026-01-02T00:00:00.000Z',
    lastCertificateRegeneration: '2026-01-01T00:00:00.000Z',
    certificateRegenerations: 1,
    issuedBackend: 'ca-1',
    supportedBackends: ['ca-1'],
  });
});

it('the same is given as long as nothing changes: again, at once, after a restart, by another server', async () => {
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(second.secrets).toBe(first.secrets);
  expect((await ask()).secrets).toBe(first.secrets);
  const other = await ask(await openIssuer());
  expect([other.certificate.raw, other.bundle]).toEqual([first.certificate.raw, first.bundle]);
});

it('two servers that issue at once agree', async () => {
  const other = await openIssuer();
  const [a, b] = await Promise.all([ask(issuer), ask(other)]);
  expect(a.certificate.raw).toEqual(b.certificate.raw);
});

describe('an identity is exchanged', () => {
  it.each<{ readonly name: string; readonly change: () => Promise<unknown> }>([
    {
      name: 'when the tags of its proxy change',
      change: () =>
        putSpec(store, { type: 'Dataplane', mesh: 'default', name: 'web-1', spec: dataplane('web', 'api') }),
    },
    {
      name: 'when it is to hold for another time',
      change: () =>
        putSpec(store, { type: 'Mesh', name: 'default', spec: mtls({ dpCert: { rotation: { expiration: '1h' } } }) }),
    },
    {
      name: 'at four fifths of its life',
      change: () => {
        now += renewal;
        return Promise.resolve();
      },
    },
  ])('$name', async ({ change }) => {
    const before = await ask();
    await change();
    const after = await ask();
    expect(after.certificate.serialNumber).not.toBe(before.certificate.serialNumber);
    expect(after.secrets.get('mesh_ca:secret:default')).toBe(before.secrets.get('mesh_ca:secret:default'));
    expect(issuer.describe(web)?.certificateRegenerations).toBe(2);
  });

  it('not before', async () => {
    const before = await ask();
    now += renewal - 1;
    expect((await ask()).secrets).toBe(before.secrets);
  });

  it('of itself, as long as its proxy is connected', async () => {
    await ask();
    expect(clock.delays).toEqual([renewal]);
    now += renewal;
    changes.length = 0;
    clock.ring();
    expect(changes).toEqual(['default/web-1']);
    await ask();
    issuer.release(web);
    expect(clock.delays).toEqual([]);
  });
});

describe('a new CA', () => {
  it('is trusted first, issues then, and the old one goes when all it issued has ended', async () => {
    const before = await ask();
    await replaceAuthority();
    expect(changes).toContain('default');
    const during = await ask();
    expect(during.certificate.raw).toEqual(before.certificate.raw);
    expect(during.bundle).toBe(authorities[1].certificate + authorities[0].certificate);
    expect(clock.delays).toContain(handover);
    now += handover;
    changes.length = 0;
    clock.ring();
    expect(changes).toContain('default');
    const after = await ask();
    expect([issuerOf(after.certificate), after.bundle]).toEqual([1, during.bundle]);
    now = start + 24 * hour;
    clock.ring();
    expect((await ask()).bundle).toBe(authorities[1].certificate);
  });

  it('issues at once to those who have nothing by the old one', async () => {
    await ask();
    await replaceAuthority();
    await putSpec(store, { type: 'Dataplane', mesh: 'default', name: 'new', spec: dataplane('web') });
    expect(issuerOf((await ask(issuer, { mesh: 'default', name: 'new' })).certificate)).toBe(1);
  });

  it('is known to other servers too', async () => {
    const other = await openIssuer();
    await Promise.all([ask(), ask(other)]);
    await replaceAuthority();
    const [a, b] = await Promise.all([ask(), ask(other)]);
    expect(a.bundle).toBe(b.bundle);
  });
});

it('all meshes trust those that can be trusted', async () => {
  for (const name of ['broken', 'other']) await putSpec(store, { type: 'Mesh', name, spec: mtls() });
  await putSpec(store, { type: 'Mesh', name: 'plain' });
  current.set('other', authorities[1]);
  const names = new Map([...asked, secret('mesh_ca:secret:all'), secret('mesh_ca:secret:other')]);
  const { all, secrets } = await ask(issuer, web, names);
  expect(all).toBe(authorities[0].certificate + authorities[1].certificate);
  expect(secrets.get('mesh_ca:secret:other')).not.toBe(names.get('mesh_ca:secret:other'));
});

it('nothing is issued without a CA, and what cannot be had is tried again', async () => {
  current.clear();
  await expect(ask()).rejects.toThrow('the CA "ca-1" of mesh "default": gone');
  current.set('default', authorities[0]);
  await ask();
  const none = new Map([secret('cert-of-a-gateway')]);
  expect(await issuer.issueSecrets({ mesh: 'plain', name: 'x' }, none)).toBe(none);
});

it('a secret of a mesh whose CA nobody has is nobody’s business', async () => {
  await putSpec(store, { type: 'Secret', mesh: 'default', name: 'some' });
  expect(changes).toEqual([]);
});

it('an identity goes with its Dataplane', async () => {
  await ask();
  await commit(store, remove(keyOf('web-1')));
  await settle();
  expect((await store.counts()).map(({ type }) => type).sort()).toEqual(['Mesh', 'MeshTrust']);
});

it('there are no identities without mTLS; the same is there again with it', async () => {
  const before = await ask();
  await putSpec(store, { type: 'Mesh', name: 'default', spec: {} });
  expect([issuer.describe(web), clock.delays]).toEqual([undefined, []]);
  await putSpec(store, { type: 'Mesh', name: 'default', spec: mtls() });
  expect(issuer.describe(web)).toBeUndefined();
  expect((await ask()).certificate.fingerprint256).toBe(before.certificate.fingerprint256);
  expect(issuer.describe(web)?.certificateRegenerations).toBe(1);
});

it('a thousand proxies at once leave room for everything else', { timeout: 60_000 }, async () => {
  const count = 300;
  const names = Array.from({ length: count }, (_, i) => `proxy-${i}`);
  for (const name of names) await putSpec(store, { type: 'Dataplane', mesh: 'default', name, spec: dataplane('web') });
  await ask();
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const before = await store.revision();
  const start = performance.now();
  await Promise.all(names.map((name) => ask(issuer, { mesh: 'default', name })));
  const taken = performance.now() - start;
  delays.disable();
  expect(await store.revision()).toBe(before + count);
  // in one go it would take all of it, however fast the machine is
  expect(delays.percentile(99) / 1e6).toBeLessThan(taken / 3);
});
