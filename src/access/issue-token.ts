import { createPrivateKey, randomUUID, type KeyObject } from 'node:crypto';

import { SignJWT, type JWTPayload } from 'jose';

/** Tokens hold from a little earlier on than they are issued, for clocks that are late; in seconds. */
const clockSkew = 300;

/** The shortest RSA key that signs, in bits (RFC 7518, 3.3). */
const minBits = 2048;

/** A key that signs tokens, and its id in their header. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
}

/** The key in the text of a secret (PEM); undefined when that is none, or one with which tokens are not signed. */
export function readSigningKey(id: string, text: string): SigningKey | undefined {
  try {
    const privateKey = createPrivateKey(text);
    const { modulusLength = 0 } = privateKey.asymmetricKeyDetails ?? {};
    return privateKey.asymmetricKeyType === 'rsa' && modulusLength >= minBits ? { id, privateKey } : undefined;
  } catch {
    return undefined;
  }
}

/** A JWT with these claims, as Kuma 2.5 issues it (RS256). `now` and `validFor` in seconds. */
export const issueToken = (
  { id, privateKey }: SigningKey,
  claims: JWTPayload,
  { now, validFor }: { readonly now: number; readonly validFor: number },
): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: id, typ: 'JWT' })
    .setExpirationTime(now + validFor)
    .setNotBefore(now - clockSkew)
    .setIssuedAt(now)
    .setJti(randomUUID())
    .sign(privateKey);
