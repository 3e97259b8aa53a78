import { expect, it, onTestFinished } from 'vitest';

import { makeSecretKey } from '../../src/access/key-file.js';
import { makeKeyring } from '../../src/access/keyring.js';
import { rotateSecrets } from '../../src/access/rotate-secrets.js';
import { encryptSecrets } from '../../src/access/secret-store.js';
import { openMemoryStore } from '../../src/store/memory/index.js';
import type { Change, Store } from '../../src/store/store.js';
import { ampleLog, commit, keyOf, put, refuse, transaction } from '../store/fixtures.js';

const types = new Set(['Secret', 'GlobalSecret']);
const secret = keyOf('s', 'default', 'Secret');
const spec = '{"data":"Y2FuYXJ5"}';

function openStores() {
  const below = openMemoryStore({ changeLog: ampleLog });
  onTestFinished(() => below.close());
  const key = makeSecretKey();
  return { below, key, above: encryptSecrets(below, makeKeyring([key], 'keys'), types) };
}

/** All that a store says of what it holds. */
async function listen(store: Store): Promise<string> {
  const changes: Change[] = [];
  await store.watch(0, (news) => void changes.push(...news));
  const { items } = await store.list({ type: 'Secret', order: 'name', offset: 0 });
  return JSON.stringify([await store.get(secret), items, await store.readAll(), changes]);
}

it('is plain above and encrypted below, wherever a resource is read', async () => {
  const { above, below } = openStores();
  const live: Change[] = [];
  await above.watch(0, (news) => void live.push(...news));
  const done = await commit(above, put(secret, { spec }), put(keyOf('dp'), { spec: '{"a":1}' }));
  expect([...live, ...done.changes].map(({ resource }) => resource?.spec)).toEqual([spec, '{"a":1}', spec, '{"a":1}']);
  expect((await listen(above)).split('Y2FuYXJ5').length - 1).toBe(4);
  expect(await listen(below)).not.toContain('Y2FuYXJ5');
  expect((await below.get(keyOf('dp')))?.spec).toBe('{"a":1}');
  const conflict = await refuse(above, transaction([put(secret, { expected: { state: 'absent' } })]));
  expect(conflict).toMatchObject({ actual: { spec } });
});

it('passes on what holds no specs', async () => {
  const { above, below } = openStores();
  await commit(above, put(secret, { spec }));
  expect([await above.counts(), await above.revision()]).toEqual([await below.counts(), 1]);
  await above.ping();
  await above.close();
  await expect(below.revision()).rejects.toThrow('closed');
});

it('is encrypted anew under another key, and otherwise as it was; also after an interruption', async () => {
  const { above, below, key } = openStores();
  const names = Array.from({ length: 150 }, (_, i) => `s${String(i).padStart(3, '0')}`);
  const keys = [...names.map((name) => keyOf(name, 'default', 'Secret')), keyOf('g', '', 'GlobalSecret')];
  await commit(
    above,
    ...keys.map((each) => ({ ...put(each, { spec, ownedByMesh: true }), unknownFields: '[1]' })),
    put(keyOf('dp')),
  );
  const before = await above.readAll();
  const [half, young] = [makeSecretKey(), makeSecretKey()];
  // two secrets were under another key already when somebody pulled the plug
  const both = encryptSecrets(below, makeKeyring([half, key], 'keys'), types);
  await commit(both, ...keys.slice(0, 2).map((each) => ({ ...put(each, { spec }), unknownFields: '[1]' })));

  expect(await rotateSecrets(below, makeKeyring([young, half, key], 'keys'), types)).toBe(151);

  const after = encryptSecrets(below, makeKeyring([young], 'keys'), types);
  const withoutRevision = ({ resources }: typeof before) => resources.map((each) => ({ ...each, revision: 0 }));
  expect(withoutRevision(await after.readAll())).toEqual(withoutRevision(before));
  await commit(after, { op: 'delete-owned', mesh: 'default' });
  expect((await after.readAll()).resources.map(({ name }) => name)).toEqual(['g', 'dp']);
  expect(await rotateSecrets(below, makeKeyring([young], 'keys'), types)).toBe(0);
});

it('is not encrypted anew over what somebody else writes in the meantime', async () => {
  const { above, below, key } = openStores();
  await commit(above, put(secret, { spec }));
  const transact = below.transact.bind(below);
  below.transact = async (work) => {
    below.transact = transact;
    await commit(above, put(secret, { spec: '{"data":"bmV3"}' }));
    return transact(work);
  };
  const both = makeKeyring([makeSecretKey(), key], 'keys');
  await expect(rotateSecrets(below, both, types)).rejects.toThrow('another program writes to the store');
  expect((await above.get(secret))?.spec).toBe('{"data":"bmV3"}');
});

it('opens with the right key only', async () => {
  const { above, below } = openStores();
  await commit(above, put(secret, { spec }));
  const other = encryptSecrets(below, makeKeyring([makeSecretKey()], 'keys'), types);
  await expect(other.readAll()).rejects.toThrow(/is encrypted with the key [0-9a-f]{12}, which is not in keys/);
});
