import { createPrivateKey } from 'node:crypto';

import { splitPem } from '../../lib/pem.js';

/** A certificate with its chain and its key, each in PEM, and what sort of key it is. */
export interface CertificateWithKey {
  readonly keyType: 'rsa' | 'ecdsa';
  readonly chain: string;
  readonly key: string;
}

/**
 * Reads PEM blocks of at least one certificate and exactly one private key, in base64; undefined for whatever is no such
 * thing. Envoy is given at most one certificate of each sort of key.
 */
export function readServerCertificate(base64: string): CertificateWithKey | undefined {
  const blocks = splitPem(Buffer.from(base64, 'base64').toString('utf8'));
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const certificates = blocks.filter(({ label }) => label.endsWith('CERTIFICATE'));
  const [key] = keys;
  if (key === undefined || keys.length > 1 || certificates.length === 0) return undefined;
  if (keys.length + certificates.length < blocks.length) return undefined;
  const keyType = keyTypeOf(key.text);
  if (keyType === undefined) return undefined;
  return { keyType, chain: certificates.map(({ text }) => `${text}\n`).join(''), key: `${key.text}\n` };
}

function keyTypeOf(pem: string): CertificateWithKey['keyType'] | undefined {
  try {
    const type = createPrivateKey(pem).asymmetricKeyType;
    if (type === 'rsa') return 'rsa';
    return type === 'ec' ? 'ecdsa' : undefined;
  } catch {
    // no key that can be used, e.g. one with a password
    return undefined;
  }
}
