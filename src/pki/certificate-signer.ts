import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

import { splitPem } from '../lib/pem.js';
import { err, ok, type Result } from '../lib/result.js';
import type { KeyPair } from '../model/provision.js';

/** A CA that is ready to sign. */
export interface CertificateSigner {
  /** Hash of the certificate that signs: which CA it is. */
  readonly fingerprint: string;
  /** What those trust who check what it signs: all certificates of the CA, PEM. */
  readonly certificates: string;
  /** The certificate that signs. */
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** Types of keys with which certificates are signed. */
const keyTypes: ReadonlySet<string | undefined> = new Set(['rsa', 'ec']);
/** Of those, the curves; as OpenSSL calls them. */
const curves: ReadonlySet<string | undefined> = new Set([undefined, 'prime256v1', 'secp384r1', 'secp521r1']);

/** Reads a CA: of the certificates the first one signs. The error says what is wrong with it. */
export function openSigner({ certificate, privateKey }: KeyPair): Result<CertificateSigner, string> {
  const blocks = splitPem(certificate).filter(({ label }) => label === 'CERTIFICATE');
  const [first] = blocks;
  if (first === undefined) return err('there is no certificate');
  try {
    const own = new X509Certificate(first.text);
    const key = createPrivateKey(privateKey);
    if (!own.checkPrivateKey(key)) return err('the key is not that of the certificate');
    if (!keyTypes.has(key.asymmetricKeyType) || !curves.has(key.asymmetricKeyDetails?.namedCurve))
      return err(`keys of the type ${String(key.asymmetricKeyType)} are not supported`);
    const certificates = blocks.map(({ text }) => `${text}\n`).join('');
    return ok({ fingerprint: own.fingerprint256, certificates, certificate: own, key });
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause));
  }
}
