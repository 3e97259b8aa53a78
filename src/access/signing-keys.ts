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

/** What Kuma says when there is no key to sign with. */
export const describeMissingKey = (keys: SigningKeys): string =>
  `there is no signing key with KID 1. ${describeSecret(keys, '1')} is not found. If signing key was rotated, regenerate the token`;

/** Of a key that somebody wrote and with which nothing can be signed. */
export const describeUnfitKey = (keys: SigningKeys, keyId: string): string =>
  `${describeSecret(keys, keyId)} holds no RSA key of 2048 bits or more in PEM`;

function describeSecret(keys: SigningKeys, keyId: string): string {
  const place = keys.mesh === '' ? '' : ` in mesh ${quoteGo(keys.mesh)}`;
  return `${keys.type} of name ${quoteGo(secretOfKey(keys, keyId))}${place}`;
}
