import { createPublicKey, type KeyObject } from 'node:crypto';

import { jwtVerify, type JWTPayload } from 'jose';

import { err, ok, type Result } from '../lib/result.js';
import { secretText, type SecretSpec } from '../model/secret.js';
import { parseStored } from '../store/spec-text.js';
import type { Store } from '../store/store.js';
import { secretOfKey, type SigningKeys } from './signing-keys.js';

/** Which tokens are accepted. */
export interface TokenRules {
  /** Secrets with keys; undefined when they do not count. */
  readonly keys: SigningKeys | undefined;
  /** Keys from the settings, by their id; they count before those in secrets. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
  /** Name of the secret beside the keys with the ids of revoked tokens, separated by commas. */
  readonly revocations: string;
}

/**
 * The claims of a token that holds: RS256, signed by a known key, in its time, not revoked. The error is for the log.
 * Kuma 2.5 also takes HS256 with the text of the private key; here no other algorithm counts.
 */
export async function verifyToken(
  store: Store,
  token: string,
  { keys, publicKeys, revocations }: TokenRules,
  now: string,
): Promise<Result<JWTPayload, string>> {
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = typeof kid === 'string' ? (publicKeys.get(kid) ?? (await findKey(store, keys, kid))) : undefined;
        if (key === undefined) throw new Error(`there is no key with the id ${JSON.stringify(kid ?? null)}`);
        return key;
      },
      { algorithms: ['RS256'], currentDate: new Date(now) },
    );
    if (typeof payload.iat === 'number' && payload.iat * 1_000 > Date.parse(now))
      return err('it is issued in the future');
    const revoked = await readRevocations(store, keys, revocations);
    return revoked.has(payload.jti ?? '') ? err('it is revoked') : ok(payload);
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : 'it cannot be read');
  }
}

async function findKey(store: Store, keys: SigningKeys | undefined, keyId: string): Promise<KeyObject | undefined> {
  if (keys === undefined) return undefined;
  const text = await readSecret(store, keys, secretOfKey(keys, keyId));
  return text === undefined ? undefined : createPublicKey(text);
}

/** Kuma 2.5: one newline at the end does not count. */
async function readRevocations(
  store: Store,
  keys: SigningKeys | undefined,
  name: string,
): Promise<ReadonlySet<string>> {
  const text = (await readSecret(store, keys ?? { type: 'GlobalSecret', mesh: '' }, name)) ?? '';
  return new Set(text === '' ? [] : text.replace(/\n$/, '').split(','));
}

async function readSecret(
  store: Store,
  { type, mesh }: Pick<SigningKeys, 'type' | 'mesh'>,
  name: string,
): Promise<string | undefined> {
  const stored = await store.get({ type, mesh, name });
  return stored && secretText(parseStored(stored).spec as SecretSpec);
}
