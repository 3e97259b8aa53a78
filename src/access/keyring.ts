import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

import { err, ok, type Result } from '../lib/result.js';

/** A key of 256 bits that encrypts secrets. */
export interface SecretKey {
  /** Stands beside what is encrypted; derived from the key, of which it says nothing. */
  readonly id: string;
  /** Not the bytes, so that no log can show them by mistake. */
  readonly key: KeyObject;
}

/** The keys a server has: the first encrypts, all decrypt. */
export interface Keyring {
  readonly current: SecretKey;
  readonly byId: ReadonlyMap<string, SecretKey>;
  /** Where the keys are from, for messages. */
  readonly source: string;
}

const keyText = /^[A-Za-z0-9+/]{43}=$/;

/** Reads keys as they stand in a file or variable: standard base64 of 32 bytes each. The error never shows a key. */
export function parseKeyring(texts: readonly string[], source: string): Result<Keyring, string> {
  const bad = texts.findIndex((text) => !keyText.test(text));
  if (bad >= 0) {
    return err(
      `${source}: key ${bad + 1} is not 32 bytes in base64 (44 characters, as \`openssl rand -base64 32\` makes them)`,
    );
  }
  const [current, ...others] = texts.map((text) => toSecretKey(Buffer.from(text, 'base64')));
  if (current === undefined) return err(`${source}: there is no key in it`);
  return ok(makeKeyring([current, ...others], source));
}

/** A ring of these keys; of equal ones the first counts. */
export const makeKeyring = (keys: readonly [SecretKey, ...(readonly SecretKey[])], source: string): Keyring => ({
  current: keys[0],
  byId: new Map(keys.map((key) => [key.id, key])),
  source,
});

/** A key of these 32 bytes. */
export const toSecretKey = (bytes: Buffer): SecretKey => ({
  id: createHmac('sha256', bytes).update('id of a key for secrets').digest('hex').slice(0, 12),
  key: createSecretKey(bytes),
});
