import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

import type { ResourceKey } from '../model/resource.js';
import { StoreError } from '../store/store-error.js';
import type { Keyring, SecretKey } from './keyring.js';

/** The spec of a secret as it is stored: AES-256-GCM, all bytes in base64. */
interface Sealed {
  /** Id of the key. */
  readonly keyId: string;
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts the spec of a secret under the current key. It opens again only as the spec of the same resource. */
export function sealSpec({ current }: Keyring, key: ResourceKey, spec: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, current.key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(boundTo(key));
  const ciphertext = Buffer.concat([cipher.update(spec, 'utf8'), cipher.final()]);
  const sealed: Sealed = {
    keyId: current.id,
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
  return JSON.stringify(sealed);
}

/** What `sealSpec` encrypted. Throws a `StoreError` (`key`) when the key is not there or the text is not what was stored. */
export function openSpec(keyring: Keyring, key: ResourceKey, stored: string): string {
  const sealed = parseSealed(key, stored);
  const secretKey = keyring.byId.get(sealed.keyId);
  if (secretKey === undefined) {
    throw new StoreError(
      'key',
      `${describe(key)} is encrypted with the key ${sealed.keyId}, which is not in ${keyring.source}: give the right key with the setting store.secrets.keyFile or store.secrets.keys`,
    );
  }
  try {
    return decrypt(secretKey, sealed, boundTo(key));
  } catch (cause) {
    throw new StoreError('key', `${describe(key)} was changed in the store by another program: restore a backup`, {
      cause,
    });
  }
}

/** Id of the key under which a stored spec is encrypted. */
export const keyIdOf = (key: ResourceKey, stored: string): string => parseSealed(key, stored).keyId;

function decrypt({ key }: SecretKey, { nonce, ciphertext, tag }: Sealed, aad: Buffer): string {
  const decipher = createDecipheriv(algorithm, key, Buffer.from(nonce, 'base64'), { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(Buffer.from(tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(ciphertext, 'base64')), decipher.final()]).toString('utf8');
}

/** Names hold no control characters, so that no two keys give the same bytes. */
const boundTo = ({ type, mesh, name }: ResourceKey): Buffer => Buffer.from(`${type}\n${mesh}\n${name}`);

function parseSealed(key: ResourceKey, stored: string): Sealed {
  try {
    const value = JSON.parse(stored) as Partial<Record<keyof Sealed, unknown>>;
    const { keyId, nonce, ciphertext, tag } = value;
    if (isText(keyId) && isText(nonce) && isText(ciphertext) && isText(tag)) return { keyId, nonce, ciphertext, tag };
  } catch {
    // said below, without the text, which may be a secret in clear
  }
  throw new StoreError('key', `${describe(key)} is not encrypted: the store was written by another program`);
}

const isText = (value: unknown): value is string => typeof value === 'string';

const describe = ({ type, mesh, name }: ResourceKey): string =>
  `the ${type} ${JSON.stringify(name)}${mesh === '' ? '' : ` of the mesh ${JSON.stringify(mesh)}`}`;
