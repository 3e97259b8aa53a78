import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { beforeAll, describe, expect, it } from 'vitest';

import type { KeyPair } from '../model/provision.js';
import { openKeyMaker } from './key-maker.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5);
const keyMaker = openKeyMaker(() => now);
const request = { commonName: 'a=b, "c"', trustDomain: 'mesh', rsaBits: 1024, validity: 3_600_000, backdated: 10_000 };

it('makes a key that signs tokens', async () => {
  const pem = await keyMaker.makeSigningKey();
  expect(pem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n[^-]+-----END RSA PRIVATE KEY-----\n$/);
  expect(createPrivateKey(pem).asymmetricKeyDetails?.modulusLength).toBe(2048);
});

describe('a CA', () => {
  it('is what Kuma makes', async () => {
    const pair = await keyMaker.makeAuthority(request);
    const certificate = new X509Certificate(pair.certificate);
    expect(certificate.subject).toBe('O=Kuma\nOU=Mesh\nCN=a=b\\, \\"c\\"');
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect([certificate.validFrom, certificate.validTo]).toEqual([
      'Jan  2 03:03:55 2026 GMT',
      'Jan  2 04:04:05 2026 GMT',
    ]);
    expect([certificate.ca, certificate.subjectAltName]).toEqual([true, 'URI:spiffe://mesh']);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1024);
    expect(pair.privateKey).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(pair.certificate.endsWith('-----END CERTIFICATE-----\n')).toBe(true);
    const parsed = new x509.X509Certificate(certificate.raw);
    expect(parsed.extensions.map(({ type, critical }) => [type, critical])).toEqual([
      ['2.5.29.15', true],
      ['2.5.29.19', true],
      ['2.5.29.14', false],
      ['2.5.29.17', false],
    ]);
    expect(parsed.getExtension(x509.KeyUsagesExtension)?.usages).toBe(
      x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
    );
    expect(await keyMaker.checkAuthority(pair)).toEqual([]);
  });

  it('has a serial number of its own, and no id without a trust domain', async () => {
    const { commonName, rsaBits, validity, backdated } = request;
    const pairs = await Promise.all(
      [1, 2].map(() => keyMaker.makeAuthority({ commonName, rsaBits, validity, backdated })),
    );
    const [a, b] = pairs.map(({ certificate }) => new X509Certificate(certificate));
    expect(a?.serialNumber).not.toBe(b?.serialNumber);
    expect(a?.subjectAltName).toBeUndefined();
  });

  it('holds no longer than a certificate can say', async () => {
    const { certificate } = await keyMaker.makeAuthority({ ...request, validity: Number.MAX_VALUE });
    expect(new X509Certificate(certificate).validTo).toBe('Dec 31 23:59:59 9999 GMT');
  });
});

describe('a CA that is provided', () => {
  const { keyCertSign, keyAgreement, digitalSignature } = x509.KeyUsageFlags;
  let good: KeyPair;
  let other: KeyPair;
  let bad: KeyPair;
  let plain: KeyPair;

  /** A certificate of an elliptic curve, with the key in SEC1. */
  async function make(extensions: readonly x509.Extension[]): Promise<KeyPair> {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned(
      {
        serialNumber: '01',
        name: 'CN=test',
        notBefore: new Date(now),
        notAfter: new Date(now + 1),
        signingAlgorithm: algorithm,
        keys,
        extensions: [...extensions],
      },
      webcrypto,
    );
    const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
    const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return {
      certificate: certificate.toString('pem'),
      privateKey: key.export({ format: 'pem', type: 'sec1' }).toString(),
    };
  }

  beforeAll(async () => {
    const authority = new x509.BasicConstraintsExtension(true, undefined, true);
    good = await make([authority, new x509.KeyUsagesExtension(keyCertSign, true)]);
    other = await make([authority, new x509.KeyUsagesExtension(keyCertSign, true)]);
    bad = await make([
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(digitalSignature | keyAgreement),
    ]);
    plain = await make([]);
  });

  const check = async (certificate: string, privateKey: string): Promise<readonly string[]> =>
    (await keyMaker.checkAuthority({ certificate, privateKey })).map(({ field, message }) => `${field}: ${message}`);
  const noAuthority = "basic constraint 'CA' must be set to 'true' (see X509-SVID: 4.1. Basic Constraints)";
  const noSigning = "key usage extension 'keyCertSign' must be set (see X509-SVID: 4.3. Key Usage)";
  const agreement =
    "key usage extension 'keyAgreement' must NOT be set (see X509-SVID: Appendix A. X.509 Field Reference)";
  const noPair = 'cert: not a valid TLS key pair:';

  it('may have a key of any form, and text around it', async () => {
    expect(await check(`a CA\n${good.certificate}`, `its key\n${good.privateKey}`)).toEqual([]);
    const pkcs8 = createPrivateKey(good.privateKey).export({ format: 'pem', type: 'pkcs8' }).toString();
    expect(await check(good.certificate, pkcs8)).toEqual([]);
  });

  it('must be able to sign, with every certificate of the chain', async () => {
    expect(await check(bad.certificate, bad.privateKey)).toEqual(
      [noAuthority, noSigning, agreement].map((message) => `cert[0]: ${message}`),
    );
    expect(await check(`${good.certificate}\n${plain.certificate}`, good.privateKey)).toEqual(
      [noAuthority, noSigning].map((message) => `cert[1]: ${message}`),
    );
  });

  it.each([
    {
      name: 'no certificate',
      pair: () => ['', good.privateKey],
      message: 'tls: failed to find any PEM data in certificate input',
    },
    {
      name: 'a key in place of the certificate',
      pair: () => [good.privateKey, good.privateKey],
      message:
        'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [EC PRIVATE KEY]',
    },
    { name: 'no key', pair: () => [good.certificate, 'x'], message: 'tls: failed to find any PEM data in key input' },
    {
      name: 'a certificate in place of the key',
      pair: () => [good.certificate, good.certificate],
      message:
        'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [CERTIFICATE]',
    },
    {
      name: 'a certificate that is none',
      pair: () => ['-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----', good.privateKey],
      message: 'x509: malformed certificate',
    },
    {
      name: 'a second certificate that is none',
      pair: () => [
        `${good.certificate}\n-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----`,
        good.privateKey,
      ],
      message: 'x509: malformed certificate',
    },
    {
      name: 'a key that is none',
      pair: () => [good.certificate, '-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----'],
      message: 'tls: failed to parse private key',
    },
    {
      name: 'a key with a passphrase',
      pair: () => [
        good.certificate,
        generateKeyPairSync('ec', {
          namedCurve: 'P-256',
          publicKeyEncoding: { type: 'spki', format: 'pem' },
          privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
        }).privateKey,
      ],
      message: 'tls: failed to parse private key',
    },
    {
      name: 'the key of another',
      pair: () => [good.certificate, other.privateKey],
      message: 'tls: private key does not match public key',
    },
  ])('is no pair with $name', async ({ pair, message }) => {
    const [certificate = '', privateKey = ''] = pair();
    expect(await check(certificate, privateKey)).toEqual([`${noPair} ${message}`]);
  });
});
