import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A public key as the settings give it: PEM, as a text or in a file. */
export interface PublicKeySetting {
  readonly kid: string;
  readonly key?: string;
  readonly keyFile?: string;
}

/** The keys by their id; the first of an id counts. Rejects, naming the id, when one cannot be read or is no RSA key. */
export async function loadPublicKeys(settings: readonly PublicKeySetting[]): Promise<ReadonlyMap<string, KeyObject>> {
  const keys = new Map<string, KeyObject>();
  for (const setting of settings) if (!keys.has(setting.kid)) keys.set(setting.kid, await loadPublicKey(setting));
  return keys;
}

async function loadPublicKey({ kid, key, keyFile }: PublicKeySetting): Promise<KeyObject> {
  try {
    const loaded = createPublicKey(key ?? (await readFile(keyFile ?? '')));
    if (loaded.asymmetricKeyType === 'rsa') return loaded;
    throw new Error(`it is of the type ${loaded.asymmetricKeyType ?? 'unknown'}, not RSA`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new Error(`the public key ${JSON.stringify(kid)} of apiServer.authn.tokens.validator: ${reason}`, { cause });
  }
}
