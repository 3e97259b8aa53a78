import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';

import { StoreError } from '../store/store-error.js';
import { makeKeyring, toSecretKey } from './keyring.js';
import { keyIdOf, openSpec, sealSpec } from './secret-cipher.js';

const [old, young, foreign] = [
  toSecretKey(randomBytes(32)),
  toSecretKey(randomBytes(32)),
  toSecretKey(randomBytes(32)),
];
const keyring = makeKeyring([young, old], 'keys');
const key = { type: 'Secret', mesh: 'm', name: 'n' };
const spec = '{\n "data": "Y2FuYXJ5"\n}';
const sealed = sealSpec(keyring, key, spec);

it('opens what it sealed, under the first key and under older ones', () => {
  expect(openSpec(keyring, key, sealed)).toBe(spec);
  expect(keyIdOf(key, sealed)).toBe(young.id);
  expect(openSpec(keyring, key, sealSpec(makeKeyring([old], ''), key, spec))).toBe(spec);
});

it('shows nothing of the spec, and never the same twice', () => {
  expect(sealed).not.toContain('Y2FuYXJ5');
  expect(sealSpec(keyring, key, spec)).not.toBe(sealed);
});

const changed = (field: 'nonce' | 'ciphertext' | 'tag'): string => {
  const value = JSON.parse(sealed) as Record<string, string>;
  const bytes = Buffer.from(value[field] ?? '', 'base64');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return JSON.stringify({ ...value, [field]: bytes.toString('base64') });
};

it.each([
  {
    name: 'with a key it has not',
    stored: sealSpec(makeKeyring([foreign], ''), key, spec),
    message: `the Secret "n" of the mesh "m" is encrypted with the key ${foreign.id}, which is not in keys: give the right key with the setting store.secrets.keyFile or store.secrets.keys`,
  },
  {
    name: 'in clear',
    stored: spec,
    message: 'the Secret "n" of the mesh "m" is not encrypted: the store was written by another program',
  },
  ...(['nonce', 'ciphertext', 'tag'] as const).map((field) => ({
    name: `whose ${field} was changed`,
    stored: changed(field),
    message: 'the Secret "n" of the mesh "m" was changed in the store by another program: restore a backup',
  })),
  {
    name: 'with a tag that is cut short',
    stored: JSON.stringify({ ...(JSON.parse(sealed) as object), tag: 'AAAA' }),
    message: 'the Secret "n" of the mesh "m" was changed in the store by another program: restore a backup',
  },
])('refuses what is stored $name', ({ stored, message }) => {
  const open = () => openSpec(keyring, key, stored);
  expect(open).toThrow(new StoreError('key', message));
});

it.each([
  { name: 'type', other: { ...key, type: 'GlobalSecret' } },
  { name: 'mesh', other: { ...key, mesh: 'other' } },
  { name: 'name', other: { ...key, name: 'other' } },
])('opens a secret only under its own $name', ({ other }) => {
  expect(() => openSpec(keyring, other, sealed)).toThrow(/was changed in the store/);
});
