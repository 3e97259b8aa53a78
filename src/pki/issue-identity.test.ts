import { createPrivateKey, X509Certificate } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import type { KeyPair } from '../model/provision.js';
import { openSigner, type CertificateSigner } from './certificate-signer.js';
import { issueAdminClient, issueAdminServer, issueIdentity } from './issue-identity.js';
import { makeAuthority } from './make-authority.js';
import { makeServerAuthority } from './make-server-certificate.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const year = 365 * 86_400_000;
const request = {
  mesh: 'default',
  tags: new Map([
    ['version', ['v1', 'v2']],
    ['kuma.io/service', ['api', 'web']],
  ]),
  validity: 86_400_000,
};

const sign = async (pair: KeyPair): Promise<CertificateSigner> => {
  const signer = openSigner(pair);
  if (!signer.ok) throw new Error(signer.error);
  return signer.value;
};

let rsa: KeyPair;
let elliptic: KeyPair;
beforeAll(async () => {
  const authority = { commonName: 'default', trustDomain: 'default', rsaBits: 2048, validity: year, backdated: 0 };
  rsa = await makeAuthority(authority, now);
  elliptic = await makeServerAuthority(now);
});

describe.each([
  { name: 'RSA', pair: () => rsa },
  { name: 'EC', pair: () => elliptic },
])('an identity by a CA with a key of $name', ({ pair }) => {
  it('is what Kuma 2.5 issues, but for its key', async () => {
    const signer = await sign(pair());
    const identity = await issueIdentity(signer, request, now);
    const certificate = new X509Certificate(identity.certificate);
    expect(certificate.verify(signer.certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(signer.certificate)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(identity.privateKey))).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect([certificate.subject, certificate.ca]).toEqual([undefined, false]);
    expect(certificate.subjectAltName?.split(', ')).toEqual([
      'URI:spiffe://default/api',
      'URI:spiffe://default/web',
      'URI:kuma://kuma.io/service/api',
      'URI:kuma://kuma.io/service/web',
      'URI:kuma://version/v1',
      'URI:kuma://version/v2',
    ]);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect([certificate.validFrom, certificate.validTo]).toEqual([
      'Jan  2 03:03:55 2026 GMT',
      'Jan  3 03:04:05 2026 GMT',
    ]);
    const other = await issueIdentity(signer, request, now);
    expect(new X509Certificate(other.certificate).serialNumber).not.toBe(certificate.serialNumber);
  });
});

it('an identity never outlives its CA', async () => {
  const identity = await issueIdentity(await sign(rsa), { ...request, validity: 2 * year }, now);
  expect(new X509Certificate(identity.certificate).validTo).toBe(new X509Certificate(rsa.certificate).validTo);
});

it('Envoy’s admin and the control plane know each other', async () => {
  const signer = await sign(rsa);
  const server = new X509Certificate((await issueAdminServer(signer, ['10.0.0.1', 'proxy.example'], now)).certificate);
  const client = new X509Certificate((await issueAdminClient(signer, now)).certificate);
  expect([server.checkIP('10.0.0.1'), server.checkHost('proxy.example')]).toEqual(['10.0.0.1', 'proxy.example']);
  expect(client.subjectAltName).toBe('DNS:kuma-cp');
  expect([server.keyUsage, client.keyUsage]).toEqual([['1.3.6.1.5.5.7.3.1'], ['1.3.6.1.5.5.7.3.2']]);
  expect([server, client].map((each) => each.verify(signer.certificate.publicKey))).toEqual([true, true]);
});

it.each([
  { name: 'no certificate', pair: (): KeyPair => ({ ...rsa, certificate: '' }), error: 'there is no certificate' },
  {
    name: 'the key of another',
    pair: (): KeyPair => ({ ...rsa, privateKey: elliptic.privateKey }),
    error: 'the key is not that of the certificate',
  },
  { name: 'a key that is none', pair: (): KeyPair => ({ ...rsa, privateKey: 'x' }), error: /./ },
])('a CA cannot sign with $name', async ({ pair, error }) => {
  const signer = openSigner(pair());
  expect(signer.ok ? '' : signer.error).toMatch(error);
});
