import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

import { StoreError } from '../store/store-error.js';
import { makeKeyring, parseKeyring, toSecretKey, type Keyring, type SecretKey } from './keyring.js';

/** Where the keys of secrets come from. */
export interface KeySettings {
  readonly keyFile: string;
  /** The keys themselves; when there are any, the file is not looked at. */
  readonly keys: readonly string[];
}

/**
 * The keys of a store. Without any, a file with a new key is made, unless the store has secrets that were encrypted with
 * a lost one. Throws a `StoreError` (`key`) that names what to do. Call it with the store locked.
 */
export function openKeyring({ keyFile, keys }: KeySettings, hasSecrets: boolean): Keyring {
  if (keys.length > 0) return expectKeyring(keys, 'the setting store.secrets.keys');
  const known = readKeyFile(keyFile);
  if (known !== undefined) return known;
  if (hasSecrets) {
    throw new StoreError(
      'key',
      `${keyFile} is missing, and with it the key of the secrets in the store: put the file back, or name it in the setting store.secrets.keyFile`,
    );
  }
  const keyring = makeKeyring([makeSecretKey()], keyFile);
  writeKeyFile(keyFile, keyring);
  return keyring;
}

/** The keys of a file: one per line, lines that start with `#` left out; undefined when there is no such file. */
export function readKeyFile(path: string): Keyring | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return expectKeyring(
      lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')),
      path,
    );
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('key', `${path} cannot be read: ${describe(cause)}`, { cause });
  }
}

/** Replaces the file of keys, whole or not at all; only its owner may read it. */
export function writeKeyFile(path: string, { current, byId }: Keyring): void {
  const keys = [current, ...[...byId.values()].filter(({ id }) => id !== current.id)];
  const text = [
    '# Keys of the secrets in the store of skein. The first encrypts, all decrypt. Keep a copy apart from the store.',
    ...keys.map(({ key }) => key.export().toString('base64')),
    '',
  ].join('\n');
  const unfinished = `${path}.unfinished`;
  try {
    rmSync(unfinished, { force: true });
    const file = openSync(unfinished, 'wx', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
    syncFolder(dirname(path));
  } catch (cause) {
    throw new StoreError('key', `${path} cannot be written: ${describe(cause)}`, { cause });
  }
}

/** A new key. */
export const makeSecretKey = (): SecretKey => toSecretKey(randomBytes(32));

function expectKeyring(keys: readonly string[], source: string): Keyring {
  const keyring = parseKeyring(keys, source);
  if (!keyring.ok) throw new StoreError('key', keyring.error);
  return keyring.value;
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
