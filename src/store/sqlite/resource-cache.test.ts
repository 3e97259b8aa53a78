import { expect, it } from 'vitest';

import type { StoredResource } from '../store.js';
import { ResourceCache } from './resource-cache.js';

const make = (name: string, revision = 1): StoredResource => ({
  type: 'T',
  mesh: 'm',
  name,
  creationTime: '',
  modificationTime: '',
  creationRevision: 1,
  revision,
  spec: '{}',
  unknownFields: '[]',
});

/** Reads through the cache; tells whether the file was asked. */
function read(cache: ResourceCache, name: string, inFile: StoredResource | undefined = make(name)) {
  let asked = false;
  const resource = cache.get({ type: 'T', mesh: 'm', name }, () => {
    asked = true;
    return inFile;
  });
  return { resource, asked };
}

it('asks the file once, and not for what is not kept', () => {
  const cache = new ResourceCache(2);
  expect(read(cache, 'a')).toEqual({ resource: make('a'), asked: true });
  expect(read(cache, 'a')).toEqual({ resource: make('a'), asked: false });
  const nowhere = { type: 'T', mesh: 'm', name: 'b' };
  expect(cache.get(nowhere, () => undefined)).toBeUndefined();
  expect(read(cache, 'b').asked).toBe(true);
});

it('forgets what was not used for longest', () => {
  const cache = new ResourceCache(2);
  for (const name of ['a', 'b', 'a', 'c']) read(cache, name);
  expect(['a', 'c', 'b'].map((name) => read(cache, name).asked)).toEqual([false, false, true]);
});

it('follows commits', () => {
  const cache = new ResourceCache(2);
  for (const name of ['a', 'b']) read(cache, name);
  cache.follow([
    { revision: 2, op: 'update', key: make('a'), resource: make('a', 2) },
    { revision: 3, op: 'delete', key: make('b'), resource: undefined },
    { revision: 4, op: 'create', key: make('c'), resource: make('c', 4) },
  ]);
  expect(read(cache, 'a')).toEqual({ resource: make('a', 2), asked: false });
  expect(['b', 'c'].map((name) => read(cache, name).asked)).toEqual([true, true]);
});

it.each([
  { op: 'update', resource: make('a', 2) },
  { op: 'delete', resource: undefined },
] as const)('does not go back when it is told of an earlier $op than it has read', ({ op, resource }) => {
  const cache = new ResourceCache(2);
  read(cache, 'a', make('a', 3));
  cache.follow([{ revision: 2, op, key: make('a'), resource }]);
  expect(read(cache, 'a')).toEqual({ resource: make('a', 3), asked: false });
});

it('keeps keys apart whose parts only differ in where they end', () => {
  const cache = new ResourceCache(2);
  read(cache, 'a');
  expect(cache.get({ type: 'Tm', mesh: '', name: 'a' }, () => undefined)).toBeUndefined();
  expect(cache.get({ type: 'T', mesh: '', name: 'ma' }, () => undefined)).toBeUndefined();
});
