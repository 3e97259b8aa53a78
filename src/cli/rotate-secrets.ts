import { makeSecretKey, openKeyring, writeKeyFile } from '../access/key-file.js';
import { makeKeyring, type Keyring } from '../access/keyring.js';
import { rotateSecrets } from '../access/rotate-secrets.js';
import { encryptedTypes } from '../registry.js';
import type { Settings } from '../settings/index.js';
import { migrationStatus, openSqliteStore } from '../store/sqlite/index.js';
import type { Store } from '../store/store.js';
import { describeError } from './describe-error.js';
import { loadSettings } from './load-settings.js';
import type { Terminal } from './terminal.js';

/** `skein secrets rotate`: encrypts every secret of the store anew. Returns the exit code. */
export async function rotate({ configFile }: { readonly configFile?: string }, terminal: Terminal): Promise<number> {
  const loaded = loadSettings(configFile, terminal);
  if (!loaded.ok) {
    terminal.complain(loaded.error.join('\n'));
    return 1;
  }
  try {
    terminal.print(await rotateStore(loaded.value.settings.store));
    return 0;
  } catch (error) {
    terminal.complain(describeError(error));
    return 1;
  }
}

async function rotateStore({ type, sqlite, secrets, changeLog }: Settings['store']): Promise<string> {
  if (type !== 'sqlite') return `store.type is ${type}: its secrets are not encrypted`;
  if (migrationStatus(sqlite.path).current === 0) return `${sqlite.path}: does not exist, nothing to do`;
  const store = await openSqliteStore({
    path: sqlite.path,
    changeLog: { maxRows: changeLog.maxRows, maxAgeMs: changeLog.maxAge },
  });
  try {
    return secrets.keys.length > 0 ? await moveToFirstKey(store, secrets) : await moveToNewKey(store, secrets.keyFile);
  } finally {
    await store.close();
  }
}

/** Keys of the settings are not ours to make: the operator puts the new one before the old one. */
async function moveToFirstKey(store: Store, secrets: Settings['store']['secrets']): Promise<string> {
  const keyring = openKeyring(secrets, true);
  const count = await rotateSecrets(store, keyring, encryptedTypes);
  return `${describeCount(count)} under the first key of store.secrets.keys, ${keyring.current.id}; the others are no longer needed`;
}

/**
 * The new key stands in the file before the first secret is encrypted with it, and the old ones as long as one may be
 * under them, so that the store can be opened whenever this ends.
 */
async function moveToNewKey(store: Store, keyFile: string): Promise<string> {
  const old = openKeyring({ keyFile, keys: [] }, true);
  const current = makeSecretKey();
  const both: Keyring = makeKeyring([current, ...old.byId.values()], keyFile);
  writeKeyFile(keyFile, both);
  const count = await rotateSecrets(store, both, encryptedTypes);
  writeKeyFile(keyFile, makeKeyring([current], keyFile));
  return `${describeCount(count)} under a new key, ${current.id}; the old one is gone from ${keyFile}`;
}

const describeCount = (count: number): string => `${count} ${count === 1 ? 'secret is' : 'secrets are'} encrypted anew`;
