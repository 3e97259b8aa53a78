import { createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';

import type { KeyPair } from '../model/provision.js';
import { makeSerialNumber } from './serial-number.js';
import { loadX509 } from './x509.js';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

const hour = 3_600_000;
const day = 24 * hour;

/** How long what is made here holds, in milliseconds: the CA, which clients keep, and the certificate. */
export const validity = { authority: 3_650 * day, certificate: 365 * day } as const;

/** Makes the CA of a server's certificate: it certifies no other CAs. `now` in milliseconds since 1970. */
export async function makeServerAuthority(now: number): Promise<KeyPair> {
  const [x509, keys] = await Promise.all([loadX509(), makeKeys()]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: makeSerialNumber(),
      name: new x509.Name([{ CN: [{ utf8String: 'skein control plane CA' }] }]),
      ...period(now, validity.authority),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.BasicConstraintsExtension(true, 0, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: `${certificate.toString('pem')}\n`, privateKey: await exportKey(keys.privateKey) };
}

/** Makes the certificate of a server for these names and addresses; that of the CA follows it. */
export async function makeServerCertificate(
  authority: KeyPair,
  names: readonly string[],
  now: number,
): Promise<KeyPair> {
  const [x509, keys] = await Promise.all([loadX509(), makeKeys()]);
  const issuer = new x509.X509Certificate(authority.certificate);
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: makeSerialNumber(),
      subject: new x509.Name([{ CN: [{ utf8String: 'skein control plane' }] }]),
      issuer: issuer.subjectName,
      ...period(now, validity.certificate),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: await importKey(authority.privateKey),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(digitalSignature | keyEncipherment, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return {
    certificate: `${certificate.toString('pem')}\n${authority.certificate}`,
    privateKey: await exportKey(keys.privateKey),
  };
}

const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** Backdated by an hour, for clocks that are late. */
const period = (now: number, milliseconds: number) => ({
  notBefore: new Date(now - hour),
  notAfter: new Date(now + milliseconds),
});

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
}

const importKey = (pem: string): Promise<webcrypto.CryptoKey> =>
  webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' }),
    algorithm,
    false,
    ['sign'],
  );
