import { expect, it } from 'vitest';

import { followStore } from './live-world.js';
import { noFacets } from './model/resource.js';
import { identityType } from './model/stored-types.js';
import { findResource } from './snapshot/world.js';
import { openMemoryStore } from './store/memory/index.js';
import type { Operation } from './store/store.js';

const keyOf = (name: string, type = 'Dataplane') => ({ type, mesh: 'default', name });
const put = (name: string, port: number, type?: string): Operation => {
  const spec = JSON.stringify({ port });
  const expected = { state: 'any' } as const;
  return { op: 'put', key: keyOf(name, type), spec, facets: noFacets, ownedByMesh: true, time: '', expected };
};
const remove = (name: string): Operation => ({ op: 'delete', key: keyOf(name), expected: { state: 'any' } });

async function open() {
  const store = openMemoryStore({ changeLog: { maxRows: 10, maxAgeMs: 1_000 } });
  const write = (...operations: Operation[]) => store.transact({ preconditions: [], operations });
  await write(put('before', 1));
  const live = await followStore(store);
  const portOf = (name: string) =>
    (findResource(live.world(), keyOf(name))?.spec as { port: number } | undefined)?.port;
  return { ...live, write, portOf };
}

it('knows what was there before, and each commit as soon as it is answered', async () => {
  const { world, write, portOf } = await open();
  expect([portOf('before'), world().revision]).toEqual([1, 1]);
  await write(put('a', 1));
  await write(put('a', 2), put('b', 3), remove('before'));
  expect([portOf('before'), portOf('a'), portOf('b'), world().revision]).toEqual([undefined, 2, 3, 5]);
});

it('is the same world as long as nothing was committed', async () => {
  const { world, write } = await open();
  await write(put('a', 1));
  expect(world()).toBe(world());
});

it('knows all of many commits at which nobody looked', async () => {
  const { world, write, portOf } = await open();
  for (let port = 1; port <= 1_200; port++) await write(put('a', port));
  expect([portOf('a'), world().revision]).toEqual([1_200, 1_201]);
});

it('tells of changes when the world already has them', async () => {
  const { follow, write, portOf } = await open();
  const seen: unknown[] = [];
  follow((changes) => seen.push([changes.length, portOf('a')]));
  await write(put('a', 7));
  expect(seen).toEqual([[1, 7]]);
});

it('moves on past what is private to the server, without showing it', async () => {
  const { world, write } = await open();
  await write(put('web', 1, identityType));
  expect(world().revision).toBe(2);
  expect(findResource(world(), keyOf('web', identityType))).toBeUndefined();
});
