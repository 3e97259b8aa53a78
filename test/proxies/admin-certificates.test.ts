import { X509Certificate } from 'node:crypto';

import { beforeAll, beforeEach, expect, it } from 'vitest';

import type { KeyPair } from '../../src/model/provision.js';
import { toSecretSpec } from '../../src/model/secret.js';
import { makeServerAuthority } from '../../src/pki/make-server-certificate.js';
import { AdminCertificates } from '../../src/proxies/admin-certificates.js';
import type { Store } from '../../src/store/store.js';
import { putSpec, storeWith } from './fixture.js';

const now = Date.UTC(2026, 0, 1);
const web = { type: 'Dataplane', mesh: 'default', name: 'web-1' };

let authorities: readonly [KeyPair, KeyPair];
beforeAll(async () => {
  authorities = [await makeServerAuthority(now), await makeServerAuthority(now)];
});

let store: Store;
let certificates: AdminCertificates;
const open = () => new AdminCertificates(store, () => now);
const useAuthority = ({ certificate, privateKey }: KeyPair) =>
  putSpec(store, { type: 'GlobalSecret', name: 'envoy-admin-ca', spec: toSecretSpec(certificate + privateKey) });

beforeEach(async () => {
  store = await storeWith();
  await useAuthority(authorities[0]);
  certificates = open();
});

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString();

it('the admin of a proxy proves itself at its addresses, and knows the CA of its clients', async () => {
  const { certificateChain, authority } = await certificates.of(web, ['10.0.0.1', '10.0.0.2']);
  const certificate = new X509Certificate(decode(certificateChain));
  expect(certificate.subjectAltName).toBe('IP Address:10.0.0.1, IP Address:10.0.0.2');
  expect(certificate.verify(new X509Certificate(authorities[0].certificate).publicKey)).toBe(true);
  expect(decode(authority)).toBe(authorities[0].certificate);
});

it('it stays the same, also after a restart, until its addresses or the CA change', async () => {
  const first = await certificates.of(web, ['10.0.0.1']);
  expect(await certificates.of(web, ['10.0.0.1'])).toBe(first);
  expect(await open().of(web, ['10.0.0.1'])).toEqual(first);
  expect(await certificates.of({ ...web, name: 'web-2' }, ['10.0.0.1'])).not.toEqual(first);
  const moved = await certificates.of(web, ['10.0.0.3']);
  expect(moved.privateKey).not.toBe(first.privateKey);
  await useAuthority(authorities[1]);
  const { resource } = { resource: await store.get({ type: 'GlobalSecret', mesh: '', name: 'envoy-admin-ca' }) };
  const change = {
    revision: 9,
    op: 'update',
    key: { type: 'GlobalSecret', mesh: '', name: 'envoy-admin-ca' },
    resource,
  } as const;
  expect(certificates.onStoreChanges([{ ...change, key: web }])).toBe(false);
  expect((await certificates.of(web, ['10.0.0.3'])).authority).toBe(moved.authority);
  expect(certificates.onStoreChanges([change])).toBe(true);
  expect(decode((await certificates.of(web, ['10.0.0.3'])).authority)).toBe(authorities[1].certificate);
  expect((await certificates.client()).authority).toBe(authorities[1].certificate);
});

it('the server shows a certificate of the same CA', async () => {
  const { certificate, authority } = await certificates.client();
  expect(new X509Certificate(certificate).subjectAltName).toBe('DNS:kuma-cp');
  expect(authority).toBe(authorities[0].certificate);
});

it('a certificate goes with its proxy', async () => {
  const { privateKey } = await certificates.of(web, ['10.0.0.1']);
  certificates.onStoreChanges([{ revision: 9, op: 'delete', key: web, resource: undefined }]);
  await expect.poll(async () => (await store.counts()).map(({ type }) => type)).toEqual(['GlobalSecret']);
  expect((await certificates.of(web, ['10.0.0.1'])).privateKey).not.toBe(privateKey);
});

it('there is none without a CA', async () => {
  store = await storeWith();
  await expect(open().of(web, [])).rejects.toThrow('the GlobalSecret envoy-admin-ca: there is no certificate');
});
