import { createPrivateKey, webcrypto } from 'node:crypto';

import type { AuthorityRequest, KeyPair } from '../model/provision.js';
import { makeSerialNumber } from './serial-number.js';
import { loadX509 } from './x509.js';

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;

/** The last moment that a certificate can name (RFC 5280, 4.1.2.5). */
const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Makes a CA that signs certificates and revocation lists, with its own signature. Subject and extensions as in Kuma 2.5,
 * but for the serial number, which is random instead of 0. The key is made outside of the event loop.
 */
export async function makeAuthority(request: AuthorityRequest, now: number): Promise<KeyPair> {
  const { commonName, trustDomain, rsaBits, validity, backdated } = request;
  const [x509, keys] = await Promise.all([
    loadX509(),
    webcrypto.subtle.generateKey({ ...algorithm, modulusLength: rsaBits }, true, ['sign', 'verify']),
  ]);
  const { KeyUsageFlags } = x509;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: makeSerialNumber(),
      // typed values, since in texts the library reads separators, quotes and numbers
      name: new x509.Name([{ O: ['Kuma'] }, { OU: ['Mesh'] }, { CN: [{ utf8String: commonName }] }]),
      notBefore: new Date(now - backdated),
      notAfter: new Date(Math.min(now + validity, endOfTime)),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        new x509.BasicConstraintsExtension(true, undefined, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        ...(trustDomain === undefined
          ? []
          : [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `spiffe://${trustDomain}` }])]),
      ],
    },
    webcrypto,
  );
  const privateKey = createPrivateKey({
    key: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    certificate: `${certificate.toString('pem')}\n`,
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs1' }).toString(),
  };
}
