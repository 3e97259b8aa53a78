import { createPrivateKey, webcrypto, X509Certificate, type KeyObject } from 'node:crypto';

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
  readonly key: webcrypto.CryptoKey;
  readonly algorithm: SigningAlgorithm;
}

type SigningAlgorithm = { readonly name: string; readonly hash?: string; readonly namedCurve?: string };

/** Reads a CA: of the certificates the first one signs. The error says what is wrong with it. */
export async function openSigner({ certificate, privateKey }: KeyPair): Promise<Result<CertificateSigner, string>> {
  const blocks = splitPem(certificate).filter(({ label }) => label === 'CERTIFICATE');
  const [first] = blocks;
  if (first === undefined) return err('there is no certificate');
  try {
    const own = new X509Certificate(first.text);
    const keyObject = createPrivateKey(privateKey);
    if (!own.checkPrivateKey(keyObject)) return err('the key is not that of the certificate');
    const algorithm = algorithmOf(keyObject);
    if (algorithm === undefined)
      return err(`keys of the type ${String(keyObject.asymmetricKeyType)} are not supported`);
    const der = keyObject.export({ format: 'der', type: 'pkcs8' });
    const key = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
    const certificates = blocks.map(({ text }) => `${text}\n`).join('');
    return ok({ fingerprint: own.fingerprint256, certificates, certificate: own, key, algorithm });
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause));
  }
}

const curves: ReadonlyMap<string, string> = new Map([
  ['prime256v1', 'P-256'],
  ['secp384r1', 'P-384'],
  ['secp521r1', 'P-521'],
]);

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): SigningAlgorithm | undefined {
  if (asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const namedCurve = curves.get(asymmetricKeyDetails?.namedCurve ?? '');
  return namedCurve === undefined ? undefined : { name: 'ECDSA', namedCurve, hash: 'SHA-256' };
}
