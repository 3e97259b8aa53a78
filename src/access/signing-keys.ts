import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

import { quoteGo } from '../lib/go-quote.js';

/** Where the keys of one sort of tokens are: secrets `<prefix>-<key id>` of a mesh, or global ones. */
export interface SigningKeys {
  readonly type: 'Secret' | 'GlobalSecret';
  /** Empty for global secrets. */
  readonly mesh: string;
  readonly prefix: string;
}

const ofAll = (prefix: string): SigningKeys => ({ type: 'GlobalSecret', mesh: '', prefix });

/** Keys of the tokens of users. */
export const userTokenKeys = ofAll('user-token-signing-key');

/** Keys of the tokens of zone proxies. */
export const zoneTokenKeys = ofAll('zone-token-signing-key');

/** Keys of the older tokens of zone ingresses. */
export const zoneIngressTokenKeys = ofAll('zone-ingress-token-signing-key');

/** Keys of the tokens of a mesh's data plane proxies. */
export const dataplaneTokenKeys = (mesh: string): SigningKeys => ({
  type: 'Secret',
  mesh,
  prefix: `dataplane-token-signing-key-${mesh}`,
});

/** The secret that holds a key: that of the id 0 has no number (Kuma 2.5: from before keys had ids). */
export const secretOfKey = ({ prefix }: SigningKeys, keyId: string): string =>
  keyId === '0' ? prefix : `${prefix}-${keyId}`;

/**
 * The key that a secret holds: RSA, PEM, or the bytes of PKCS#1 (Kuma 2.5: from before keys were PEM). Throws when it is
 * neither.
 */
export const parseSigningKey = (bytes: Buffer): KeyObject =>
  bytes.includes('-----BEGIN ')
    ? createPrivateKey(bytes)
    : createPrivateKey({ key: bytes, format: 'der', type: 'pkcs1' });

/** The shortest RSA key that signs, in bits (RFC 7518, 3.3). */
const minBits = 2048;

/** As `parseSigningKey`; undefined when it holds none, or one with which tokens are not signed. */
export function readSigningKey(bytes: Buffer): KeyObject | undefined {
  try {
    const key = parseSigningKey(bytes);
    const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    return key.asymmetricKeyType === 'rsa' && modulusLength >= minBits ? key : undefined;
  } catch {
    return undefined;
  }
}

/** The public part of the key that a secret holds. */
export const parseVerifyingKey = (bytes: Buffer): KeyObject => createPublicKey(parseSigningKey(bytes));

/** What Kuma says when there is no key to sign with. */
export const describeMissingKey = (keys: SigningKeys): string =>
  `there is no signing key with KID 1. ${describeSecret(keys, '1')} is not found. If signing key was rotated, regenerate the token`;

/** Of a key that somebody wrote and with which nothing can be signed. */
export const describeUnfitKey = (keys: SigningKeys, keyId: string): string =>
  `${describeSecret(keys, keyId)} holds no RSA key of ${minBits} bits or more`;

function describeSecret(keys: SigningKeys, keyId: string): string {
  const place = keys.mesh === '' ? '' : ` in mesh ${quoteGo(keys.mesh)}`;
  return `${keys.type} of name ${quoteGo(secretOfKey(keys, keyId))}${place}`;
}
