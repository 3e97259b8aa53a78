import { generateKeyPairSync, webcrypto } from 'node:crypto';

import { fromBER, Sequence } from 'asn1js';
import { expect, it } from 'vitest';

import type { KeyPair } from '../model/provision.js';
import { openSigner, type CertificateSigner } from './certificate-signer.js';
import { makeAuthority } from './make-authority.js';
import { makeServerAuthority } from './make-server-certificate.js';
import { signCertificate, type AlternativeName } from './sign-certificate.js';
import { loadX509 } from './x509.js';

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const year = 365 * 86_400_000;
const publicKey = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}).publicKey;

const sign = (pair: KeyPair): CertificateSigner => {
  const signer = openSigner(pair);
  if (!signer.ok) throw new Error(signer.error);
  return signer.value;
};

const makeRsaAuthority = (validity: number): Promise<KeyPair> =>
  makeAuthority({ commonName: 'default', trustDomain: 'default', rsaBits: 2048, validity, backdated: 0 }, now);

/** A CA of a user, with a curve of another size and a subject of several parts. */
async function makeLargeAuthority(): Promise<KeyPair> {
  const x509 = await loadX509();
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'C=DE, O=Müller & Söhne, CN=root',
      notBefore: new Date(now),
      notAfter: new Date(now + year),
      signingAlgorithm: algorithm,
      keys,
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    certificate: certificate.toString('pem'),
    privateKey: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----`,
  };
}

/** What is signed of a certificate. */
function readStatement(certificate: ArrayBuffer): Buffer {
  const { result } = fromBER(certificate);
  if (!(result instanceof Sequence)) throw new Error('no certificate');
  return Buffer.from(result.valueBlock.value[0]!.toBER());
}

const names: readonly AlternativeName[] = [
  { type: 'uri', value: 'spiffe://default/web' },
  { type: 'dns', value: 'proxy.example' },
  { type: 'ip', value: '10.0.0.1' },
  { type: 'ip', value: 'fd00::1:2' },
];

it.each([
  { name: 'RSA', make: () => makeRsaAuthority(year) },
  { name: 'RSA, of many years', make: () => makeRsaAuthority(50 * year) },
  { name: 'P-256', make: () => makeServerAuthority(now) },
  { name: 'P-384', make: makeLargeAuthority },
])('says, byte for byte, what the generator of the library for certificates says ($name)', async ({ make }) => {
  const x509 = await loadX509();
  const signer = sign(await make());
  const period = { notBefore: now, notAfter: now + 40 * year };
  const own = new x509.X509Certificate(
    await signCertificate(signer, { publicKey, names, usage: 'identity', ...period }),
  );
  const authority = new x509.X509Certificate(signer.certificate.raw);
  const { digitalSignature, keyEncipherment, keyAgreement } = x509.KeyUsageFlags;
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const isRsa = signer.key.asymmetricKeyType === 'rsa';
  const { publicKey: anyKey, privateKey } = await webcrypto.subtle.generateKey(
    isRsa
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
      : { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  );
  const generated = await x509.X509CertificateGenerator.create(
    {
      serialNumber: own.serialNumber,
      issuer: authority.subjectName,
      notBefore: new Date(now - 678),
      notAfter: new Date(Math.min(period.notAfter - 678, authority.notAfter.getTime())),
      signingAlgorithm: { ...anyKey.algorithm, hash: 'SHA-256' },
      publicKey,
      signingKey: privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey, false, webcrypto),
        new x509.KeyUsagesExtension(digitalSignature | keyEncipherment | keyAgreement, true),
        new x509.ExtendedKeyUsageExtension([serverAuth, clientAuth]),
        new x509.SubjectAlternativeNameExtension(
          names.map(({ type, value }) => ({ type: type === 'uri' ? ('url' as const) : type, value })),
          true,
        ),
      ],
    },
    webcrypto,
  );
  expect(readStatement(own.rawData)).toEqual(readStatement(generated.rawData));
  expect(await own.verify({ publicKey: authority.publicKey, signatureOnly: true }, webcrypto)).toBe(true);
});
