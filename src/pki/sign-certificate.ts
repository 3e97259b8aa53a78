import { sign, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';

import type * as X509 from '@peculiar/x509';
import ipaddr from 'ipaddr.js';

import { rememberByIdentity } from '../lib/remember.js';
import type { CertificateSigner } from './certificate-signer.js';
import { loadDer, type Der } from './der.js';
import { makeSerialNumber } from './serial-number.js';
import { loadX509 } from './x509.js';

/** What a key may be used for. */
export type Usage = 'identity' | 'serverAuth' | 'clientAuth';

/** A name of whom a certificate is for. */
export interface AlternativeName {
  readonly type: 'uri' | 'dns' | 'ip';
  /** ASCII. */
  readonly value: string;
}

/** What a certificate says, besides what all of its CA say. */
export interface CertificateContents {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly names: readonly AlternativeName[];
  readonly usage: Usage;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  /** Milliseconds since 1970; the certificate holds never longer than the CA itself. */
  readonly notAfter: number;
}

const signInPool = promisify<string, Uint8Array, CertificateSigner['key'], Buffer>(sign);

/**
 * Makes a certificate without a subject, PEM. The bytes are those of the generator of the library for certificates,
 * which reads back all that it writes: 2 ms of the event loop where this takes 0.3.
 */
export async function signCertificate(signer: CertificateSigner, contents: CertificateContents): Promise<string> {
  const { der, algorithm, issuer, notAfter, extensions } = await prepare(signer);
  const noSubject = der.sequence();
  const statement = der.sequence(
    der.explicit(0, der.integer(version3)),
    der.integer(Buffer.from(makeSerialNumber(), 'hex')),
    algorithm,
    issuer,
    der.sequence(der.time(contents.notBefore), der.time(Math.min(contents.notAfter, notAfter))),
    noSubject,
    contents.publicKey,
    der.explicit(3, der.sequence(...extensions[contents.usage], encodeNames(der, contents.names))),
  );
  const signature = await signInPool('sha256', statement, signer.key);
  return toPem(der.sequence(statement, algorithm, der.bits(signature)));
}

/** What all certificates of a CA have in common, encoded once. */
const prepare = rememberByIdentity(async ({ certificate, key }: CertificateSigner) => {
  const [x509, der] = await Promise.all([loadX509(), loadDer()]);
  const own = new x509.X509Certificate(certificate.raw);
  const { digitalSignature, keyEncipherment, keyAgreement } = x509.KeyUsageFlags;
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const common = [
    new x509.BasicConstraintsExtension(false, undefined, true),
    await x509.AuthorityKeyIdentifierExtension.create(own.publicKey, false, webcrypto),
  ];
  const allow = (keyUsage: X509.KeyUsageFlags, purposes: string[]): readonly Uint8Array[] =>
    [...common, new x509.KeyUsagesExtension(keyUsage, true), new x509.ExtendedKeyUsageExtension(purposes)].map(
      ({ rawData }) => new Uint8Array(rawData),
    );
  const extensions: Readonly<Record<Usage, readonly Uint8Array[]>> = {
    identity: allow(digitalSignature | keyEncipherment | keyAgreement, [serverAuth, clientAuth]),
    serverAuth: allow(digitalSignature | keyEncipherment, [serverAuth]),
    clientAuth: allow(digitalSignature | keyEncipherment, [clientAuth]),
  };
  return {
    der,
    extensions,
    algorithm: encodeAlgorithm(der, key.asymmetricKeyType === 'rsa'),
    issuer: new Uint8Array(own.subjectName.toArrayBuffer()),
    notAfter: own.notAfter.getTime(),
  };
});

/** Of certificates with extensions (RFC 5280, 4.1.2.1). */
const version3 = 2;

/** Signatures over SHA-256: RFC 4055, 5 and RFC 5758, 3.2. */
const encodeAlgorithm = (der: Der, isRsa: boolean): Uint8Array =>
  isRsa
    ? der.sequence(der.objectIdentifier('1.2.840.113549.1.1.11'), der.nothing())
    : der.sequence(der.objectIdentifier('1.2.840.10045.4.3.2'));

/** Tags of the names (RFC 5280, 4.2.1.6). */
const nameTags = { dns: 2, uri: 6, ip: 7 } as const;

/** The extension that says for whom a certificate is; critical, as there is no subject. */
function encodeNames(der: Der, names: readonly AlternativeName[]): Uint8Array {
  const encoded = names.map(({ type, value }) =>
    der.implicit(nameTags[type], Buffer.from(type === 'ip' ? ipaddr.parse(value).toByteArray() : value)),
  );
  return der.sequence(der.objectIdentifier('2.5.29.17'), der.boolean(true), der.octets(der.sequence(...encoded)));
}

function toPem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
