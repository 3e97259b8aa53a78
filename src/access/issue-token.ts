import { randomUUID, type KeyObject } from 'node:crypto';

import { SignJWT, type JWTPayload } from 'jose';

/** Tokens hold from a little earlier on than they are issued, for clocks that are late; in seconds. */
const clockSkew = 300;

/** A key that signs tokens, and its id in their header. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
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
