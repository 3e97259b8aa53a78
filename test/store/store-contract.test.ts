import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Facets } from '../../src/model/resource.js';
import { openMemoryStore } from '../../src/store/memory/memory-store.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import type { Change, Expected, ListQuery, Precondition, Store, Transaction } from '../../src/store/store.js';
import { StoreError } from '../../src/store/store-error.js';
import { ampleLog, commit, keyOf, put, refuse, remove, someTime, transaction } from './fixtures.js';

type ChangeLog = { readonly maxRows: number; readonly maxAgeMs: number };

const adapters: readonly {
  readonly name: string;
  readonly open: (folder: string, changeLog: ChangeLog) => Promise<Store>;
}[] = [
  { name: 'memory', open: async (_folder, changeLog) => openMemoryStore({ changeLog }) },
  { name: 'sqlite', open: (folder, changeLog) => openSqliteStore({ path: join(folder, 'store.db'), changeLog }) },
];

const laterTime = '2024-05-01T11:00:00Z';

describe.each(adapters)('the store port on $name', ({ open }) => {
  let folder: string;
  let store: Store;

  const reopenWith = async (changeLog: ChangeLog): Promise<void> => {
    await store.close();
    rmSync(folder, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'skein-store-'));
    store = await open(folder, changeLog);
  };
  const namesOf = async (query: Partial<ListQuery>): Promise<readonly string[]> => {
    const page = await store.list({ type: 'Dataplane', order: 'name', offset: 0, ...query });
    return page.items.map((item) => item.name);
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'skein-store-'));
    store = await open(folder, ampleLog);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  describe('put and get', () => {
    test('an empty store is at revision 0 and holds nothing', async () => {
      expect(await store.revision()).toBe(0);
      expect(await store.get(keyOf('a'))).toBeUndefined();
      expect(await store.counts()).toEqual([]);
      expect(await store.readAll()).toEqual({ revision: 0, resources: [] });
    });

    test('a created resource is read back as it was written', async () => {
      const done = await commit(store, put(keyOf('a'), { spec: '{\n "ä": "🧵"\n}' }));
      const resource = {
        ...keyOf('a'),
        creationTime: someTime,
        modificationTime: someTime,
        creationRevision: 1,
        revision: 1,
        unknownFields: '[]',
        spec: '{\n "ä": "🧵"\n}',
      };
      expect(done).toEqual({ revision: 1, changes: [{ revision: 1, op: 'create', key: keyOf('a'), resource }] });
      expect(await store.get(keyOf('a'))).toEqual(resource);
      expect(await store.revision()).toBe(1);
    });

    test('an update keeps creation time and revision', async () => {
      await commit(store, put(keyOf('a')));
      const done = await commit(store, put(keyOf('a'), { spec: '{"b":1}', time: laterTime }));
      const resource = {
        ...keyOf('a'),
        creationTime: someTime,
        modificationTime: laterTime,
        creationRevision: 1,
        revision: 2,
        unknownFields: '[]',
        spec: '{"b":1}',
      };
      expect(done.changes).toEqual([{ revision: 2, op: 'update', key: keyOf('a'), resource }]);
      expect(await store.get(keyOf('a'))).toEqual(resource);
    });

    test('a put of equal content is a change too', async () => {
      await commit(store, put(keyOf('a')));
      await commit(store, put(keyOf('a')));
      expect((await store.get(keyOf('a')))?.revision).toBe(2);
    });

    test('type, mesh and name are each part of the identity', async () => {
      const keys = [keyOf('a'), keyOf('a', 'other'), keyOf('a', ''), keyOf('a', 'default', 'Mesh'), keyOf('A')];
      for (const key of keys) await commit(store, put(key, { spec: JSON.stringify(key) }));
      for (const key of keys) expect((await store.get(key))?.spec).toBe(JSON.stringify(key));
    });

    test('a resource deleted and put again is a new one', async () => {
      await commit(store, put(keyOf('a')));
      await commit(store, remove(keyOf('a')));
      await commit(store, put(keyOf('a'), { time: laterTime }));
      expect(await store.get(keyOf('a'))).toMatchObject({ creationRevision: 3, creationTime: laterTime });
    });
  });

  describe('delete', () => {
    test('takes the resource away', async () => {
      await commit(store, put(keyOf('a')), put(keyOf('b')));
      const done = await commit(store, remove(keyOf('a')));
      expect(done).toEqual({
        revision: 3,
        changes: [{ revision: 3, op: 'delete', key: keyOf('a'), resource: undefined }],
      });
      expect(await store.get(keyOf('a'))).toBeUndefined();
      expect(await namesOf({})).toEqual(['b']);
    });

    test('of a missing resource with `any` succeeds without a change', async () => {
      await commit(store, put(keyOf('a')));
      expect(await commit(store, remove(keyOf('missing')))).toEqual({ revision: 1, changes: [] });
      expect(await store.revision()).toBe(1);
    });

    test('delete-owned takes what is owned by this mesh, by type and name, and nothing else', async () => {
      const owned = { ownedByMesh: true };
      await commit(
        store,
        put(keyOf('default', '', 'Mesh')),
        put(keyOf('z'), owned),
        put(keyOf('b'), owned),
        put(keyOf('t', 'default', 'CircuitBreaker'), owned),
      );
      await commit(
        store,
        put(keyOf('free')),
        put(keyOf('b', 'other'), owned),
        put(keyOf('free'), owned),
        put(keyOf('owned-still'), owned),
        put(keyOf('owned-still')),
      );
      const done = await commit(store, { op: 'delete-owned', mesh: 'default' });
      expect(done.changes).toEqual([
        { revision: 10, op: 'delete', key: keyOf('t', 'default', 'CircuitBreaker'), resource: undefined },
        { revision: 11, op: 'delete', key: keyOf('b'), resource: undefined },
        { revision: 12, op: 'delete', key: keyOf('owned-still'), resource: undefined },
        { revision: 13, op: 'delete', key: keyOf('z'), resource: undefined },
      ]);
      expect(await namesOf({})).toEqual(['free', 'b']);
      expect(await store.get(keyOf('default', '', 'Mesh'))).toBeDefined();
    });
  });

  describe('expected', () => {
    const cases: readonly {
      readonly name: string;
      readonly expected: Expected;
      readonly present: boolean;
      readonly missing: boolean;
    }[] = [
      { name: 'any', expected: { state: 'any' }, present: true, missing: true },
      { name: 'absent', expected: { state: 'absent' }, present: false, missing: true },
      { name: 'present', expected: { state: 'present' }, present: true, missing: false },
      { name: 'its revision', expected: { state: 'revision', revisions: [7, 1] }, present: true, missing: false },
      { name: 'another revision', expected: { state: 'revision', revisions: [2] }, present: false, missing: false },
      { name: 'no revision', expected: { state: 'revision', revisions: [] }, present: false, missing: false },
    ];
    for (const { name, expected, present, missing } of cases) {
      test.each([
        { op: 'put', refused: put(keyOf('a'), { expected, spec: '{"new":1}' }) },
        { op: 'delete', refused: remove(keyOf('a'), expected) },
      ])(`$op with expected ${name}`, async ({ refused }) => {
        const onMissing = await store.transact(transaction([refused]));
        expect(onMissing.ok).toBe(missing);
        if (!onMissing.ok)
          expect(onMissing.error).toEqual({ conflict: 'expected', key: keyOf('a'), actual: undefined });

        const fresh = keyOf('b');
        await commit(store, remove(keyOf('a')));
        const base = await store.revision();
        const created = await commit(store, put(fresh));
        const onFresh = { ...refused, key: fresh, expected: shift(expected, base) } as typeof refused;
        const onPresent = await store.transact(transaction([onFresh]));
        expect(onPresent.ok).toBe(present);
        if (!onPresent.ok) {
          expect(onPresent.error).toEqual({ conflict: 'expected', key: fresh, actual: created.changes[0]?.resource });
          expect(await store.get(fresh)).toEqual(created.changes[0]?.resource);
        }
      });
    }
  });

  describe('preconditions', () => {
    const here = keyOf('here');
    const cases: readonly { readonly name: string; readonly precondition: Precondition; readonly holds: boolean }[] = [
      { name: 'exists, and it does', precondition: { check: 'exists', key: here }, holds: true },
      {
        name: 'exists, in another mesh only',
        precondition: { check: 'exists', key: keyOf('here', 'other') },
        holds: false,
      },
      { name: 'absent, and it is', precondition: { check: 'absent', key: keyOf('gone') }, holds: true },
      { name: 'absent, but it exists', precondition: { check: 'absent', key: here }, holds: false },
      { name: 'unchanged, and it is', precondition: { check: 'unchanged', key: here, revision: 1 }, holds: true },
      {
        name: 'unchanged, but written since',
        precondition: { check: 'unchanged', key: here, revision: 9 },
        holds: false,
      },
      {
        name: 'still missing',
        precondition: { check: 'unchanged', key: keyOf('gone'), revision: undefined },
        holds: true,
      },
      {
        name: 'still missing, but it exists',
        precondition: { check: 'unchanged', key: here, revision: undefined },
        holds: false,
      },
      { name: 'none of another type', precondition: { check: 'none', type: 'Secret', mesh: 'default' }, holds: true },
      { name: 'none in another mesh', precondition: { check: 'none', type: 'Dataplane', mesh: 'other' }, holds: true },
      {
        name: 'none, but there is one',
        precondition: { check: 'none', type: 'Dataplane', mesh: 'default' },
        holds: false,
      },
      {
        name: 'none after a revision, and the last write was that',
        precondition: { check: 'none', type: 'Dataplane', mesh: 'default', after: 1 },
        holds: true,
      },
      {
        name: 'none after a revision, and there is none in the mesh',
        precondition: { check: 'none', type: 'Dataplane', mesh: 'other', after: 1 },
        holds: true,
      },
    ];
    test.each(cases)('$name', async ({ precondition, holds }) => {
      await commit(store, put(here), put(keyOf('gone')), remove(keyOf('gone')));
      const result = await store.transact(transaction([put(keyOf('new'))], [precondition]));
      expect(result.ok).toBe(holds);
      if (!result.ok) expect(result.error).toEqual({ conflict: 'precondition', precondition });
      expect((await store.get(keyOf('new'))) !== undefined).toBe(holds);
    });

    test('are checked before the first operation', async () => {
      const precondition: Precondition = { check: 'exists', key: keyOf('a') };
      expect(await refuse(store, transaction([put(keyOf('a'))], [precondition]))).toEqual({
        conflict: 'precondition',
        precondition,
      });
    });

    test('come before conflicts of operations', async () => {
      const precondition: Precondition = { check: 'exists', key: keyOf('missing') };
      const refused = transaction([put(keyOf('a'), { expected: { state: 'present' } })], [precondition]);
      expect((await refuse(store, refused)).conflict).toBe('precondition');
    });

    test('`none` after a revision does not hold when one was updated since', async () => {
      const { revision } = await commit(store, put(here), put(keyOf('b')));
      await commit(store, put(here));
      const precondition: Precondition = { check: 'none', type: 'Dataplane', mesh: 'default', after: revision };
      expect(await refuse(store, transaction([put(keyOf('c'))], [precondition]))).toEqual({
        conflict: 'precondition',
        precondition,
      });
    });

    test('`none` holds again after the last one went', async () => {
      await commit(store, put(keyOf('a')), put(keyOf('b')), remove(keyOf('a')), remove(keyOf('b')));
      const result = await store.transact(
        transaction([put(keyOf('c'))], [{ check: 'none', type: 'Dataplane', mesh: 'default' }]),
      );
      expect(result.ok).toBe(true);
    });
  });

  describe('transactions', () => {
    test('operations take effect in order, each with a revision of its own', async () => {
      const done = await commit(
        store,
        put(keyOf('a')),
        put(keyOf('a'), { expected: { state: 'revision', revisions: [1] } }),
        remove(keyOf('a')),
        put(keyOf('a')),
      );
      expect(done.revision).toBe(4);
      expect(done.changes.map(({ revision, op }) => [revision, op])).toEqual([
        [1, 'create'],
        [2, 'update'],
        [3, 'delete'],
        [4, 'create'],
      ]);
    });

    test('a conflict takes back every operation before it', async () => {
      await commit(store, put(keyOf('kept'), { spec: '{"old":1}' }), put(keyOf('mine'), { ownedByMesh: true }));
      const before = await store.readAll();
      await refuse(
        store,
        transaction([
          put(keyOf('new')),
          put(keyOf('kept'), { spec: '{"new":1}' }),
          remove(keyOf('kept')),
          put(keyOf('kept')),
          { op: 'delete-owned', mesh: 'default' },
          put(keyOf('x', '', 'Mesh'), { expected: { state: 'present' } }),
        ]),
      );
      expect(await store.readAll()).toEqual(before);
      expect(await store.counts()).toEqual([{ type: 'Dataplane', mesh: 'default', total: 2 }]);
      expect((await commit(store, put(keyOf('next')))).revision).toBe(3);
    });

    test('an empty transaction commits at the current revision', async () => {
      await commit(store, put(keyOf('a')));
      expect(await commit(store)).toEqual({ revision: 1, changes: [] });
    });

    test('in one batch, a conflict takes back only its own transaction, and revisions have no gap', async () => {
      const results = await Promise.all([
        store.transact(transaction([put(keyOf('a'))])),
        store.transact(transaction([put(keyOf('b')), put(keyOf('a'), { expected: { state: 'absent' } })])),
        store.transact(transaction([put(keyOf('c'))])),
        store.transact(transaction([put(keyOf('a'), { expected: { state: 'revision', revisions: [1] } })])),
      ]);
      expect(results.map((result) => (result.ok ? result.value.revision : result.error.conflict))).toEqual([
        1,
        'expected',
        2,
        3,
      ]);
      expect(await namesOf({})).toEqual(['a', 'c']);
    });

    test('of many who expect the same revision, one wins', async () => {
      await commit(store, put(keyOf('a')));
      const expected: Expected = { state: 'revision', revisions: [1] };
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          store.transact(transaction([put(keyOf('a'), { expected, spec: String(index) })])),
        ),
      );
      expect(results.filter((result) => result.ok)).toHaveLength(1);
      expect((await store.get(keyOf('a')))?.revision).toBe(2);
    });

    test.each([
      { name: 'mesh first', meshFirst: true },
      { name: 'dataplane first', meshFirst: false },
    ])('a mesh delete and a dataplane put in one batch leave no orphan: $name', async ({ meshFirst }) => {
      const mesh = keyOf('default', '', 'Mesh');
      await commit(store, put(mesh));
      const deleteMesh = transaction(
        [{ op: 'delete-owned', mesh: 'default' }, remove(mesh, { state: 'present' })],
        [{ check: 'none', type: 'Dataplane', mesh: 'default' }],
      );
      const putDataplane = transaction([put(keyOf('dp'), { ownedByMesh: true })], [{ check: 'exists', key: mesh }]);
      const order: readonly Transaction[] = meshFirst ? [deleteMesh, putDataplane] : [putDataplane, deleteMesh];
      const results = await Promise.all(order.map((each) => store.transact(each)));
      expect(results.map((result) => result.ok)).toEqual([true, false]);
      expect((await store.get(keyOf('dp'))) === undefined).toBe((await store.get(mesh)) === undefined);
    });

    test('the caller may go on with its objects, the store has its own', async () => {
      const key = { type: 'Dataplane', mesh: 'default', name: 'a' };
      await commit(store, put(key));
      key.name = 'changed';
      const replayed: Change[] = [];
      await store.watch(0, (changes) => replayed.push(...changes));
      expect(replayed.map((change) => change.key.name)).toEqual(['a']);
      expect(await namesOf({})).toEqual(['a']);
    });
  });

  describe('lists', () => {
    const tagged = (...tagSets: Facets['tagSets']): { readonly facets: Facets } => ({
      facets: { tagSets, gateway: null },
    });

    test('by mesh, then name, bytewise; or by creation', async () => {
      const keys = [
        keyOf('b'),
        keyOf('a-b'),
        keyOf('a', 'z-mesh'),
        keyOf('B'),
        keyOf('\u{1F9F5}'),
        keyOf('\uFFFD'),
        keyOf('a'),
        keyOf('c', 'alpha'),
      ];
      for (const key of keys) await commit(store, put(key));
      await commit(store, put(keyOf('b'), { time: laterTime }));
      const ordered = ['c', 'B', 'a', 'a-b', 'b', '\uFFFD', '\u{1F9F5}', 'a'];
      expect(await namesOf({})).toEqual(ordered);
      expect(await namesOf({ order: 'creation' })).toEqual(keys.map((key) => key.name));
      expect(await namesOf({ mesh: 'default' })).toEqual(ordered.slice(1, -1));
      expect(await namesOf({ mesh: 'default', order: 'creation' })).toEqual([
        'b',
        'a-b',
        'B',
        '\u{1F9F5}',
        '\uFFFD',
        'a',
      ]);
      expect(await namesOf({ mesh: 'missing' })).toEqual([]);
      expect(await namesOf({ type: 'Secret' })).toEqual([]);
    });

    test('items are whole resources', async () => {
      await commit(store, put(keyOf('a'), { spec: '{"x":1}' }));
      const page = await store.list({ type: 'Dataplane', order: 'name', offset: 0 });
      expect(page).toEqual({ items: [await store.get(keyOf('a'))], total: 1 });
    });

    test.each(['name', 'creation'] as const)('every page of every size, ordered by %s', async (order) => {
      const names = Array.from({ length: 11 }, (_, index) => `dp-${String(index).padStart(2, '0')}`);
      await commit(
        store,
        ...names.map((name) => put(keyOf(name))),
        put(keyOf('x', 'other')),
        put(keyOf('x', 'default', 'Secret')),
      );
      for (const scope of [{ mesh: 'default' }, { mesh: 'default', name: 'dp' }]) {
        for (let offset = 0; offset <= 13; offset += 1) {
          for (const limit of [undefined, 0, 1, 4, 11, 20]) {
            const page = await store.list({
              type: 'Dataplane',
              ...scope,
              order,
              offset,
              ...(limit === undefined ? {} : { limit }),
            });
            expect(page.total).toBe(11);
            expect(page.items.map((item) => item.name)).toEqual(
              names.slice(offset, limit === undefined ? undefined : offset + limit),
            );
          }
        }
      }
      expect((await store.list({ type: 'Dataplane', order, offset: 1, limit: 2 })).total).toBe(12);
    });

    test('name is a case-sensitive substring without wildcards', async () => {
      await commit(
        store,
        put(keyOf('web-1')),
        put(keyOf('WEB-2')),
        put(keyOf('a_web')),
        put(keyOf('awweb')),
        put(keyOf('100%')),
      );
      expect(await namesOf({ name: 'web' })).toEqual(['a_web', 'awweb', 'web-1']);
      expect(await namesOf({ name: '_w' })).toEqual(['a_web']);
      expect(await namesOf({ name: '%' })).toEqual(['100%']);
      expect(await namesOf({ name: '' })).toHaveLength(5);
    });

    const tagCases: readonly {
      readonly name: string;
      readonly tags: NonNullable<ListQuery['tags']>;
      readonly found: readonly string[];
    }[] = [
      { name: 'no tag is no filter', tags: [], found: ['both', 'first', 'none', 'odd', 'split'] },
      { name: 'one tag', tags: [['service', 'web']], found: ['both', 'first', 'split'] },
      { name: 'part of the value', tags: [['service', 'we']], found: ['both', 'first', 'split'] },
      { name: 'case matters', tags: [['service', 'WEB']], found: [] },
      {
        name: 'all within one set',
        tags: [
          ['service', 'web'],
          ['version', 'v2'],
        ],
        found: ['both'],
      },
      {
        name: 'in any order',
        tags: [
          ['version', 'v2'],
          ['service', 'web'],
        ],
        found: ['both'],
      },
      { name: 'an empty value asks for the name', tags: [['version', '']], found: ['both', 'split'] },
      { name: 'a name must be whole', tags: [['serv', '']], found: [] },
      { name: 'a value is not a name', tags: [['web', '']], found: [] },
      { name: 'the value of another tag', tags: [['service', 'v2']], found: [] },
      { name: 'quotes and backslashes', tags: [['a"b\\', '"\\\n']], found: ['odd'] },
      {
        name: 'the same name twice',
        tags: [
          ['service', 'we'],
          ['service', 'eb'],
        ],
        found: ['both', 'first', 'split'],
      },
      { name: 'a name of objects', tags: [['toString', '']], found: [] },
      { name: '__proto__ is a name', tags: [['__proto__', 'x']], found: ['odd'] },
    ];
    test.each(tagCases)('tags: $name', async ({ tags, found }) => {
      const odd: Record<string, string> = JSON.parse('{"a\\"b\\\\":"x\\"\\\\\\ny","__proto__":"xyz"}');
      await commit(
        store,
        put(keyOf('first'), tagged({ service: 'web' })),
        put(keyOf('both'), tagged({ service: 'other' }, { service: 'web', version: 'v2' })),
        put(keyOf('split'), tagged({ service: 'web', version: 'v1' }, { service: 'api', version: 'v2' })),
        put(keyOf('odd'), tagged({}, odd)),
        put(keyOf('none')),
      );
      for (const order of ['name', 'creation'] as const)
        expect((await namesOf({ tags, order })).toSorted()).toEqual(found);
    });

    const gatewayCases: readonly {
      readonly gateway: NonNullable<ListQuery['gateway']>;
      readonly found: readonly string[];
    }[] = [
      { gateway: 'any', found: ['built', 'delegate'] },
      { gateway: 'none', found: ['plain', 'tagged'] },
      { gateway: 'builtin', found: ['built'] },
      { gateway: 'delegated', found: ['delegate'] },
    ];
    test.each(gatewayCases)('gateway: $gateway', async ({ gateway, found }) => {
      await commit(
        store,
        put(keyOf('plain')),
        put(keyOf('tagged'), tagged({ service: 'web' })),
        put(keyOf('built'), { facets: { tagSets: [{ service: 'web' }], gateway: 'builtin' } }),
        put(keyOf('delegate'), { facets: { tagSets: [], gateway: 'delegated' } }),
      );
      expect(await namesOf({ gateway })).toEqual(found);
      expect((await store.list({ type: 'Dataplane', gateway, order: 'name', offset: 1, limit: 1 })).total).toBe(
        found.length,
      );
      expect(
        await namesOf({ gateway, tags: [['service', 'w']], mesh: 'default', name: 't', order: 'creation' }),
      ).toEqual(found.filter((name) => name === 'tagged' || name === 'built').filter((name) => name.includes('t')));
    });

    test('an update moves a resource between filters', async () => {
      await commit(store, put(keyOf('a'), { facets: { tagSets: [{ service: 'web' }], gateway: 'builtin' } }));
      await commit(store, put(keyOf('a'), { facets: { tagSets: [{ service: 'api' }], gateway: null } }));
      expect(await namesOf({ tags: [['service', 'web']] })).toEqual([]);
      expect(await namesOf({ tags: [['service', 'api']] })).toEqual(['a']);
      expect(await namesOf({ gateway: 'any' })).toEqual([]);
      expect(await namesOf({ gateway: 'none' })).toEqual(['a']);
    });
  });

  describe('counts and readAll', () => {
    test('counts follow creates and deletes, and are never 0', async () => {
      await commit(
        store,
        put(keyOf('a')),
        put(keyOf('b')),
        put(keyOf('a')),
        put(keyOf('m', '', 'Mesh')),
        put(keyOf('a', 'other')),
      );
      expect(await store.counts()).toEqual([
        { type: 'Dataplane', mesh: 'default', total: 2 },
        { type: 'Dataplane', mesh: 'other', total: 1 },
        { type: 'Mesh', mesh: '', total: 1 },
      ]);
      await commit(store, remove(keyOf('a')), remove(keyOf('a', 'other')));
      expect(await store.counts()).toEqual([
        { type: 'Dataplane', mesh: 'default', total: 1 },
        { type: 'Mesh', mesh: '', total: 1 },
      ]);
    });

    test('readAll gives everything at one revision, by creation', async () => {
      await commit(
        store,
        put(keyOf('z')),
        put(keyOf('a')),
        put(keyOf('m', '', 'Mesh')),
        put(keyOf('z')),
        remove(keyOf('m', '', 'Mesh')),
        put(keyOf('m', '', 'Mesh')),
      );
      const { revision, resources } = await store.readAll();
      expect(revision).toBe(6);
      expect(resources.map((resource) => [resource.type, resource.name, resource.revision])).toEqual([
        ['Dataplane', 'z', 4],
        ['Dataplane', 'a', 2],
        ['Mesh', 'm', 6],
      ]);
    });
  });

  describe('watches', () => {
    const collect = async (
      after: number,
    ): Promise<{ readonly calls: (readonly Change[])[]; readonly stop: () => void }> => {
      const calls: (readonly Change[])[] = [];
      const watching = await store.watch(after, (changes) => calls.push(changes));
      if (!watching.ok) throw new Error(watching.error);
      return { calls, stop: watching.value };
    };

    test('a live change is given with its resource, before the writer is answered', async () => {
      const { calls } = await collect(0);
      const done = await commit(store, put(keyOf('a')), put(keyOf('b')));
      expect(calls).toEqual([done.changes]);
    });

    test('a replay gives what the log holds; superseded changes have no resource', async () => {
      await commit(store, put(keyOf('a')));
      await commit(store, put(keyOf('b')));
      await commit(store, put(keyOf('a')), remove(keyOf('b')));
      const { calls } = await collect(0);
      expect(calls.flat()).toEqual([
        { revision: 1, op: 'create', key: keyOf('a'), resource: undefined },
        { revision: 2, op: 'create', key: keyOf('b'), resource: undefined },
        { revision: 3, op: 'update', key: keyOf('a'), resource: await store.get(keyOf('a')) },
        { revision: 4, op: 'delete', key: keyOf('b'), resource: undefined },
      ]);
    });

    test('a replay begins after the revision asked for', async () => {
      await commit(store, put(keyOf('a')), put(keyOf('b')), put(keyOf('c')));
      const { calls } = await collect(1);
      expect(calls.flat().map((change) => change.key.name)).toEqual(['b', 'c']);
    });

    test('a watch from the newest revision replays nothing', async () => {
      await commit(store, put(keyOf('a')));
      const { calls } = await collect(1);
      expect(calls).toEqual([]);
    });

    test('conflicts and transactions without a change are not told', async () => {
      const { calls } = await collect(0);
      await refuse(store, transaction([put(keyOf('a')), put(keyOf('b'), { expected: { state: 'present' } })]));
      await commit(store, remove(keyOf('a')));
      expect(calls).toEqual([]);
    });

    test('a stopped watcher hears nothing more, not even of the batch in which another watcher stopped it', async () => {
      const heard: string[] = [];
      const stops: (() => void)[] = [];
      for (const name of ['first', 'second']) {
        const watching = await store.watch(0, () => {
          heard.push(name);
          for (const stop of stops) stop();
        });
        if (watching.ok) stops.push(watching.value);
      }
      await commit(store, put(keyOf('a')));
      await commit(store, put(keyOf('b')));
      expect(heard).toEqual(['first']);
    });

    test('a watcher may write; what it writes is told after what it was told', async () => {
      const written: Promise<unknown>[] = [];
      await store.watch(0, (changes) => {
        if (changes.some((change) => change.key.name === 'a')) written.push(commit(store, put(keyOf('echo'))));
      });
      const { calls } = await collect(0);
      await commit(store, put(keyOf('a')));
      await Promise.all(written);
      expect(calls.flat().map((change) => change.key.name)).toEqual(['a', 'echo']);
    });

    test('under concurrent writers, every watch sees each revision once and in order, whenever it begins', async () => {
      const writes = 1500;
      await Promise.all(
        Array.from({ length: writes / 2 }, (_, index) => commit(store, put(keyOf(`dp-${index % 100}`)))),
      );
      const seen: { readonly after: number; readonly revisions: number[] }[] = [];
      const watches: Promise<unknown>[] = [];
      const writer = async (index: number): Promise<void> => {
        for (let turn = 0; turn < writes / 2 / 10; turn += 1) {
          const { revision } = await commit(store, put(keyOf(`dp-${index}`)));
          if (turn % 15 !== 0) continue;
          const watch = { after: (revision * (index + 1)) % revision, revisions: [] as number[] };
          seen.push(watch);
          watches.push(
            store.watch(watch.after, (changes) => watch.revisions.push(...changes.map((change) => change.revision))),
          );
        }
      };
      await Promise.all(Array.from({ length: 10 }, (_, index) => writer(index)));
      await Promise.all(watches);
      expect(await store.revision()).toBe(writes);
      expect(seen).toHaveLength(50);
      for (const { after, revisions } of seen) {
        expect(revisions).toEqual(Array.from({ length: writes - after }, (_, index) => after + 1 + index));
      }
    });

    test('the log keeps its newest rows; further back is compacted', async () => {
      await reopenWith({ maxRows: 10, maxAgeMs: ampleLog.maxAgeMs });
      for (let index = 0; index < 25; index += 1) await commit(store, put(keyOf(`dp-${index}`)));
      expect(await store.watch(14, () => undefined)).toEqual({ ok: false, error: 'compacted' });
      const { calls } = await collect(15);
      expect(calls.flat().map((change) => change.revision)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
      expect((await store.readAll()).resources).toHaveLength(25);
    });

    test('the log forgets what is too old', async () => {
      await reopenWith({ maxRows: 1000, maxAgeMs: -1 });
      await commit(store, put(keyOf('a')));
      const { calls } = await collect(1);
      expect(await store.watch(0, () => undefined)).toEqual({ ok: false, error: 'compacted' });
      await commit(store, put(keyOf('b')));
      expect(calls.flat().map((change) => change.revision)).toEqual([2]);
    });

    test('a revision the store has never reached is compacted: the watcher knows another store', async () => {
      await commit(store, put(keyOf('a')));
      expect(await store.watch(2, () => undefined)).toEqual({ ok: false, error: 'compacted' });
    });
  });

  describe('life', () => {
    test('ping resolves and changes nothing', async () => {
      await commit(store, put(keyOf('a')));
      await store.ping();
      expect(await store.revision()).toBe(1);
    });

    test('close waits for writes under way, and tells the watchers', async () => {
      const heard: number[] = [];
      await store.watch(0, (changes) => heard.push(...changes.map((change) => change.revision)));
      const writes = Array.from({ length: 20 }, (_, index) => commit(store, put(keyOf(`dp-${index}`))));
      await store.close();
      expect(await Promise.all(writes.map(async (write) => (await write).revision))).toEqual(heard);
      expect(heard).toHaveLength(20);
    });

    const calls: readonly { readonly name: string; readonly call: (closed: Store) => Promise<unknown> }[] = [
      { name: 'get', call: (closed) => closed.get(keyOf('a')) },
      { name: 'list', call: (closed) => closed.list({ type: 'Dataplane', order: 'name', offset: 0 }) },
      { name: 'counts', call: (closed) => closed.counts() },
      { name: 'readAll', call: (closed) => closed.readAll() },
      { name: 'transact', call: (closed) => closed.transact(transaction([])) },
      { name: 'watch', call: (closed) => closed.watch(0, () => undefined) },
      { name: 'revision', call: (closed) => closed.revision() },
      { name: 'ping', call: (closed) => closed.ping() },
    ];
    test.each(calls)('after close, $name rejects', async ({ call }) => {
      await store.close();
      const failure: unknown = await call(store).catch((cause: unknown) => cause);
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({ fault: 'closed' });
    });

    test('close may be called again', async () => {
      await store.close();
      await store.close();
    });
  });
});

/** The expectation about a resource made at revision `base + 1` instead of 1. */
function shift(expected: Expected, base: number): Expected {
  return expected.state === 'revision'
    ? { state: 'revision', revisions: expected.revisions.map((revision) => revision + base) }
    : expected;
}
