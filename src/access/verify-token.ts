import type { KeyObject } from 'node:crypto';

import { jwtVerify, type JWTPayload } from 'jose';

import { err, ok, type Result } from '../lib/result.js';
import { secretBytes, type SecretSpec } from '../model/secret.js';
import { parseStored } from '../store/spec-text.js';
import type { Store } from '../store/store.js';
import { parseVerifyingKey, secretOfKey, type SigningKeys } from './signing-keys.js';

/** Which keys count. */
export interface TokenKeys {
  /** Whether keys in secrets count. */
  readonly useSecrets: boolean;
  /** Keys from the settings, by their id; they count before those in secrets. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
}

/** Which tokens are accepted. */
export interface TokenRules extends TokenKeys {
  /** Secrets with keys. */
  readonly keys: SigningKeys;
  /** Name of the secret beside the keys with the ids of revoked tokens, separated by commas. */
  readonly revocations: string;
  /** The id of the key of tokens that name none; absent when those do not hold. */
  readonly defaultKeyId?: string;
}

/**
 * The claims of a token that holds: RS256, signed by a known key, in its time, not revoked. The error is for the log.
 * Kuma 2.5 also takes HS256 with the text of the private key; here no other algorithm counts.
 */
export async function verifyToken(
  store: Store,
  token: string,
  rules: TokenRules,
  now: string,
): Promise<Result<JWTPayload, string>> {
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid = rules.defaultKeyId }) => {
        const key = typeof kid === 'string' ? await findKey(store, rules, kid) : undefined;
        if (key === undefined) throw new Error(`there is no key with the id ${JSON.stringify(kid ?? null)}`);
        return key;
      },
      { algorithms: ['RS256'], currentDate: new Date(now) },
    );
    if (typeof payload.iat === 'number' && payload.iat * 1_000 > Date.parse(now))
      return err('it is issued in the future');
    const revoked = await readRevocations(store, rules);
    return revoked.has(payload.jti ?? '') ? err('it is revoked') : ok(payload);
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : 'it cannot be read');
  }
}

async function findKey(
  store: Store,
  { keys, useSecrets, publicKeys }: TokenRules,
  keyId: string,
): Promise<KeyObject | undefined> {
  const known = publicKeys.get(keyId);
  if (known !== undefined || !useSecrets) return known;
  const bytes = await readSecret(store, keys, secretOfKey(keys, keyId));
  return bytes && parseVerifyingKey(bytes);
}

/** Kuma 2.5: one newline at the end does not count. */
async function readRevocations(store: Store, { keys, revocations }: TokenRules): Promise<ReadonlySet<string>> {
  const text = (await readSecret(store, keys, revocations))?.toString('utf8') ?? '';
  return new Set(text === '' ? [] : text.replace(/\n$/, '').split(','));
}

async function readSecret(store: Store, { type, mesh }: SigningKeys, name: string): Promise<Buffer | undefined> {
  const stored = await store.get({ type, mesh, name });
  return stored && secretBytes(parseStored(stored).spec as SecretSpec);
}
