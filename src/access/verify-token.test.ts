import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT, type JWTPayload } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';

import { noFacets, type ResourceKey } from '../model/resource.js';
import { openMemoryStore } from '../store/memory/index.js';
import { renderSpec } from '../store/spec-text.js';
import type { Store } from '../store/store.js';
import { authenticateUser } from './authenticate.js';
import { loadProxyTokenKeys } from './public-keys.js';
import recorded from './testdata/kuma-tokens.json' with { type: 'json' };
import { storedKeys, verifyDataplaneToken, verifyZoneToken } from './verify-proxy-token.js';

// Keys of a kuma-cp 2.5.11 as its API gives them (the one with the number 5 was put into it, as the bytes of PKCS#1), and
// tokens that it issued with them.
const { secrets, tokens } = recorded;
const now = '2026-12-01T00:00:00Z';
const seconds = Date.parse(now) / 1_000;

async function putSecret(store: Store, name: string, data: string): Promise<void> {
  const mesh = name.startsWith('dataplane') ? 'default' : '';
  const key: ResourceKey = { type: mesh === '' ? 'GlobalSecret' : 'Secret', mesh, name };
  const expected = { state: 'any' } as const;
  await store.transact({
    preconditions: [],
    operations: [
      { op: 'put', key, spec: renderSpec({ data }), facets: noFacets, ownedByMesh: false, time: now, expected },
    ],
  });
}

const putText = (store: Store, name: string, text: string) =>
  putSecret(store, name, Buffer.from(text).toString('base64'));

/** A store with the secrets that were copied over. */
async function openStore(): Promise<Store> {
  const store = openMemoryStore({ changeLog: { maxRows: 10, maxAgeMs: 1_000 } });
  onTestFinished(() => store.close());
  for (const [name, data] of Object.entries(secrets)) await putSecret(store, name, data);
  return store;
}

const keyOf = (name: keyof typeof secrets): KeyObject => createPrivateKey(Buffer.from(secrets[name], 'base64'));

const sign = (key: KeyObject, claims: JWTPayload, kid = '1'): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key);

const signNameless = (key: KeyObject, claims: JWTPayload): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(key);

const service = (value: string) => ({ 'kuma.io/service': value });
const dataplane = { mesh: 'default', name: 'dp-1', tagSets: [service('web'), service('api')] };
const dataplaneKey = keyOf('dataplane-token-signing-key-default-1');
const zoneKey = keyOf('zone-token-signing-key-1');

describe('tokens of a kuma-cp whose keys were copied over', () => {
  it('stay valid', async () => {
    const store = await openStore();
    const user = await authenticateUser(store, tokens.user, storedKeys, now);
    expect(user).toEqual({ ok: true, value: { name: 'ann', groups: ['ops', 'mesh-system:authenticated'] } });
    expect((await verifyDataplaneToken(store, tokens.dataplane, dataplane, now)).ok).toBe(true);
    expect((await verifyZoneToken(store, tokens.zone, { type: 'egress', zone: 'east' }, now)).ok).toBe(true);
    expect((await verifyZoneToken(store, tokens['zone-ingress'], { type: 'ingress', zone: 'east' }, now)).ok).toBe(
      true,
    );
  });

  it('also when the key is not PEM, as Kuma once made them', async () => {
    const token = tokens['user by a key that is not PEM'];
    expect(await authenticateUser(await openStore(), token, storedKeys, now)).toMatchObject({ value: { name: 'bob' } });
  });

  it('until their time is over', async () => {
    const later = await verifyDataplaneToken(await openStore(), tokens.dataplane, dataplane, '2040-01-01T00:00:00Z');
    expect(later).toEqual({
      ok: false,
      error: 'could not parse token: "exp" claim timestamp check failed',
    });
  });
});

describe('a data plane proxy comes in', () => {
  it.each([
    { name: 'a token for all of the mesh', claims: {} },
    { name: 'its name and mesh', claims: { Name: 'dp-1', Mesh: 'default', Tags: {}, Type: 'dataplane' } },
    { name: 'all values of its tags, and more', claims: { Tags: { 'kuma.io/service': ['api', 'web', 'x'] } } },
  ])('with $name', async ({ claims }) => {
    const token = await sign(dataplaneKey, claims);
    expect(await verifyDataplaneToken(await openStore(), token, dataplane, now)).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it.each<{ readonly name: string; readonly claims: JWTPayload; readonly message: string }>([
    {
      name: 'the name of another',
      claims: { Name: 'dp-2' },
      message: 'proxy name from requestor: dp-1 is different than in token: dp-2',
    },
    {
      name: 'another mesh',
      claims: { Mesh: 'other' },
      message: 'proxy mesh from requestor: default is different than in token: other',
    },
    {
      name: 'a tag that it has not',
      claims: { Tags: { constructor: ['a'] } },
      message: 'dataplane has no tag "constructor" required by the token',
    },
    {
      name: 'fewer values of a tag than it has',
      claims: { Tags: { 'kuma.io/service': ['web', 'x'] } },
      message:
        'dataplane contains tag "kuma.io/service" with value "api" which is not allowed with this token. Allowed values in token are ["web" "x"]',
    },
    {
      name: 'tags that are none',
      claims: { Tags: ['a'] },
      message: 'could not parse token: it is not one for a data plane proxy',
    },
    {
      name: 'values that are none',
      claims: { Tags: { a: 'b' } },
      message: 'could not parse token: it is not one for a data plane proxy',
    },
    {
      name: 'a name that is none',
      claims: { Name: 1 },
      message: 'could not parse token: it is not one for a data plane proxy',
    },
    {
      name: 'a token that has expired',
      claims: { exp: seconds },
      message: 'could not parse token: "exp" claim timestamp check failed',
    },
    {
      name: 'a token that does not hold yet',
      claims: { nbf: seconds + 1 },
      message: 'could not parse token: "nbf" claim timestamp check failed',
    },
  ])('not with $name', async ({ claims, message }) => {
    const token = await sign(dataplaneKey, claims);
    const verified = await verifyDataplaneToken(await openStore(), token, dataplane, now);
    expect(verified.ok ? '' : verified.error).toBe(message);
  });

  it('with a key that took the place of another, until that one is gone', async () => {
    const store = await openStore();
    const next = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    const pem = next.export({ type: 'pkcs1', format: 'pem' }).toString();
    const token = await sign(next, {}, '2');
    expect((await verifyDataplaneToken(store, token, dataplane, now)).ok).toBe(false);
    await putText(store, 'dataplane-token-signing-key-default-2', pem);
    expect((await verifyDataplaneToken(store, token, dataplane, now)).ok).toBe(true);
    expect((await verifyDataplaneToken(store, tokens.dataplane, dataplane, now)).ok).toBe(true);
  });

  it('with a token that names no key, by the key without a number', async () => {
    const store = await openStore();
    const token = await sign(dataplaneKey, {}, '');
    const nameless = await signNameless(dataplaneKey, {});
    await putSecret(store, 'dataplane-token-signing-key-default', secrets['dataplane-token-signing-key-default-1']);
    expect((await verifyDataplaneToken(store, nameless, dataplane, now)).ok).toBe(true);
    expect((await verifyDataplaneToken(store, token, dataplane, now)).ok).toBe(false);
  });

  it('until its token is revoked', async () => {
    const store = await openStore();
    const token = await sign(dataplaneKey, { jti: 'b' });
    await putText(store, 'dataplane-token-revocations-default', 'a,b\n');
    expect(await verifyDataplaneToken(store, token, dataplane, now)).toEqual({
      ok: false,
      error: 'could not parse token: it is revoked',
    });
  });

  it('not with a token of another sort, or of another mesh', async () => {
    const store = await openStore();
    for (const token of [tokens.user, tokens.zone, tokens['zone-ingress']]) {
      expect((await verifyDataplaneToken(store, token, dataplane, now)).ok).toBe(false);
    }
    expect((await verifyDataplaneToken(store, tokens.dataplane, { ...dataplane, mesh: 'other' }, now)).ok).toBe(false);
  });

  it('with a public key of the settings, and with that alone when secrets do not count', async () => {
    const store = await openStore();
    const offline = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const keys = { useSecrets: false, publicKeys: new Map([['mine', offline.publicKey]]) };
    const token = await sign(offline.privateKey, { jti: 'c' }, 'mine');
    expect((await verifyDataplaneToken(store, token, dataplane, now, keys)).ok).toBe(true);
    expect((await verifyDataplaneToken(store, tokens.dataplane, dataplane, now, keys)).ok).toBe(false);
    // revocations are always in secrets
    await putText(store, 'dataplane-token-revocations-default', 'c');
    expect((await verifyDataplaneToken(store, token, dataplane, now, keys)).ok).toBe(false);
  });
});

it('public keys of the settings are those of one mesh, or of all', async () => {
  const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
  const [all, one, zone] = Array.from(
    { length: 3 },
    () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey,
  );
  const keys = await loadProxyTokenKeys(
    {
      useSecrets: false,
      publicKeys: [
        { kid: 'a', key: pem(all!) },
        { kid: 'a', key: pem(one!), mesh: 'm' },
      ],
    },
    { useSecrets: true, publicKeys: [{ kid: 'z', key: pem(zone!) }] },
  );
  const read = (mesh: string) => [...keys.dataplane(mesh).publicKeys].map(([id, key]) => [id, pem(key)]);
  expect([read('m'), read('other')]).toEqual([[['a', pem(one!)]], [['a', pem(all!)]]]);
  expect([keys.dataplane('m').useSecrets, keys.zone.useSecrets, [...keys.zone.publicKeys.keys()]]).toEqual([
    false,
    true,
    ['z'],
  ]);
});

describe('a zone proxy comes in', () => {
  const egress = { type: 'egress', zone: 'east' } as const;
  const ingress = { type: 'ingress', zone: 'east' } as const;
  const older = keyOf('zone-ingress-token-signing-key-1');

  it.each([
    { name: 'a scope with its type', key: zoneKey, claims: { Scope: ['ingress', 'egress'], Zone: 'east' } },
    { name: 'a token for all zones', key: zoneKey, claims: { Scope: ['egress'] } },
    {
      name: 'another scope',
      key: zoneKey,
      claims: { Scope: ['cp', 'ingress'] },
      message: "token cannot be used to authenticate zone entity (egress is out of token's scope: [cp ingress])",
    },
    {
      name: 'another zone',
      key: zoneKey,
      claims: { Scope: ['egress'], Zone: 'west' },
      message: 'zone from requestor: east is different than in token: west',
    },
    {
      name: 'an older token of an ingress',
      key: older,
      claims: { Zone: 'east' },
      message: "token cannot be used to authenticate zone entity (egress is out of token's scope: [ingress])",
    },
    {
      name: 'the key of an ingress',
      key: older,
      claims: { Scope: ['egress'] },
      message: 'could not parse token: signature verification failed',
    },
    { name: 'no scope', key: zoneKey, claims: {}, message: 'could not parse token: it is not one for a zone proxy' },
  ])('with $name: $message', async ({ key, claims, message }) => {
    const verified = await verifyZoneToken(await openStore(), await sign(key, claims), egress, now);
    expect(verified.ok ? undefined : verified.error).toBe(message);
  });

  it('until its token is revoked', async () => {
    const store = await openStore();
    await putText(store, 'zone-token-revocations', 'a');
    await putText(store, 'zone-ingress-token-revocations', 'b');
    const zone = await sign(zoneKey, { Scope: ['ingress'], jti: 'a' });
    const old = await sign(older, { jti: 'b' });
    for (const token of [zone, old]) expect((await verifyZoneToken(store, token, ingress, now)).ok).toBe(false);
  });

  it('must name a key, but for older tokens', async () => {
    const store = await openStore();
    await putSecret(store, 'zone-token-signing-key', secrets['zone-token-signing-key-1']);
    await putSecret(store, 'zone-ingress-token-signing-key', secrets['zone-ingress-token-signing-key-1']);
    expect((await verifyZoneToken(store, await signNameless(zoneKey, { Scope: ['ingress'] }), ingress, now)).ok).toBe(
      false,
    );
    expect((await verifyZoneToken(store, await signNameless(older, {}), ingress, now)).ok).toBe(true);
  });
});

it('no token holds that is signed with HS256 and the public key', async () => {
  const text = createPublicKey(dataplaneKey).export({ type: 'spki', format: 'pem' });
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: '1' }).sign(Buffer.from(text));
  expect((await verifyDataplaneToken(await openStore(), token, dataplane, now)).ok).toBe(false);
});
