import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

import { makeSecretKey, openKeyring, readKeyFile, writeKeyFile } from './key-file.js';
import { makeKeyring, parseKeyring } from './keyring.js';

function makeFile(text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'skein-keys-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'secrets.key');
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

const [a, b] = ['a', 'b'].map((letter) => Buffer.alloc(32, letter).toString('base64')) as [string, string];

describe('a ring of keys', () => {
  it('is read from a file, the first key foremost, without comments and empty lines', () => {
    const keyring = readKeyFile(makeFile(`# keys\n\n${a}\n ${b} \r\n`));
    const ids = [a, b].map((text) => {
      const single = parseKeyring([text], '');
      return single.ok ? single.value.current.id : '';
    });
    expect([keyring?.current.id, [...(keyring?.byId.keys() ?? [])]]).toEqual([ids[0], ids]);
    expect(ids.join()).toMatch(/^[0-9a-f]{12},[0-9a-f]{12}$/);
  });

  it.each([
    { name: 'a key that is too short', text: `${a}\nYWJj\n` },
    { name: 'no base64', text: `${a}\n${'!'.repeat(44)}` },
  ])('is refused with $name, which is not shown', ({ text }) => {
    const file = makeFile(text);
    expect(() => readKeyFile(file)).toThrow(
      `${file}: key 2 is not 32 bytes in base64 (44 characters, as \`openssl rand -base64 32\` makes them)`,
    );
  });

  it('is refused without keys', () => {
    const file = makeFile('# nothing\n');
    expect(() => readKeyFile(file)).toThrow(`${file}: there is no key in it`);
  });

  it('is written so that only its owner can read it, and read back', () => {
    const file = makeFile('old');
    const keys = [makeSecretKey(), makeSecretKey()] as const;
    writeKeyFile(file, makeKeyring(keys, file));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect([...(readKeyFile(file)?.byId.keys() ?? [])]).toEqual(keys.map(({ id }) => id));
  });
});

describe('at the start', () => {
  it('a store without secrets gets a new key, and keeps it', () => {
    const keyFile = makeFile();
    const made = openKeyring({ keyFile, keys: [] }, false);
    expect(openKeyring({ keyFile, keys: [] }, true).current.id).toBe(made.current.id);
  });

  it('a store with secrets must not get a new key', () => {
    const keyFile = makeFile();
    expect(() => openKeyring({ keyFile, keys: [] }, true)).toThrow(
      `${keyFile} is missing, and with it the key of the secrets in the store: put the file back, or name it in the setting store.secrets.keyFile`,
    );
  });

  it('keys of the settings take the place of a file', () => {
    const keyFile = makeFile();
    const keyring = openKeyring({ keyFile, keys: [b, a] }, false);
    expect([keyring.byId.size, keyring.source]).toEqual([2, 'the setting store.secrets.keys']);
    expect(() => readFileSync(keyFile)).toThrow(/ENOENT/);
    expect(() => openKeyring({ keyFile, keys: ['canary'] }, false)).toThrow(
      /^the setting store\.secrets\.keys: key 1 is not 32 bytes/,
    );
  });

  it('a file that cannot be made is named', () => {
    const keyFile = join(makeFile(), 'nowhere', 'secrets.key');
    expect(() => openKeyring({ keyFile, keys: [] }, false)).toThrow(`${keyFile} cannot be written: ENOENT`);
  });
});
