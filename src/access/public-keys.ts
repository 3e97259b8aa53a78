import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { TokenKeys } from './verify-token.js';

/** A public key as the settings give it: PEM, as a text or in a file. */
export interface PublicKeySetting {
  readonly kid: string;
  readonly key?: string;
  readonly keyFile?: string;
}

/** The public key of one mesh, or of all. */
export interface MeshedPublicKeySetting extends PublicKeySetting {
  readonly mesh?: string;
}

/** How one sort of tokens is verified, as the settings say it. */
export interface ValidatorSettings<Key extends PublicKeySetting> {
  readonly useSecrets: boolean;
  readonly publicKeys: readonly Key[];
}

/** The keys of tokens of proxies. */
export interface ProxyTokenKeys {
  readonly dataplane: (mesh: string) => TokenKeys;
  readonly zone: TokenKeys;
}

/** The keys by their id; the first of an id counts. Rejects, naming section and id, when one cannot be read or is no RSA key. */
export async function loadPublicKeys(
  section: string,
  settings: readonly PublicKeySetting[],
): Promise<ReadonlyMap<string, KeyObject>> {
  const keys = new Map<string, KeyObject>();
  for (const setting of settings) {
    if (!keys.has(setting.kid)) keys.set(setting.kid, await loadPublicKey(section, setting));
  }
  return keys;
}

/** Loads the public keys of tokens of proxies; rejects as `loadPublicKeys` does. */
export async function loadProxyTokenKeys(
  dataplane: ValidatorSettings<MeshedPublicKeySetting>,
  zone: ValidatorSettings<PublicKeySetting>,
): Promise<ProxyTokenKeys> {
  const ofMesh = (mesh: string): Promise<ReadonlyMap<string, KeyObject>> =>
    loadPublicKeys(
      'dpServer.authn.dpProxy.dpToken.validator',
      dataplane.publicKeys.filter((key) => (key.mesh ?? '') === mesh),
    );
  const byMesh = new Map<string, ReadonlyMap<string, KeyObject>>();
  for (const { mesh = '' } of dataplane.publicKeys) byMesh.set(mesh, await ofMesh(mesh));
  const zoneKeys = await loadPublicKeys('dpServer.authn.zoneProxy.zoneToken.validator', zone.publicKeys);
  return {
    dataplane: (mesh) => ({
      useSecrets: dataplane.useSecrets,
      publicKeys: new Map([...(byMesh.get('') ?? []), ...(byMesh.get(mesh) ?? [])]),
    }),
    zone: { useSecrets: zone.useSecrets, publicKeys: zoneKeys },
  };
}

async function loadPublicKey(section: string, { kid, key, keyFile }: PublicKeySetting): Promise<KeyObject> {
  try {
    const loaded = createPublicKey(key ?? (await readFile(keyFile ?? '')));
    if (loaded.asymmetricKeyType === 'rsa') return loaded;
    throw new Error(`it is of the type ${loaded.asymmetricKeyType ?? 'unknown'}, not RSA`);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new Error(`the public key ${JSON.stringify(kid)} of ${section}: ${reason}`, { cause });
  }
}
