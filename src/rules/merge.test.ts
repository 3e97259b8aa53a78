import { describe, expect, it } from 'vitest';

import { appendLists, mergeByKey, mergeFields } from './merge.js';

describe('mergeFields', () => {
  it.each<{ readonly name: string; readonly confs: object[]; readonly merged: object }>([
    { name: 'one conf as it is', confs: [{ a: 1 }], merged: { a: 1 } },
    { name: 'a later value overrides', confs: [{ a: 1 }, { a: 2 }], merged: { a: 2 } },
    { name: 'what a later conf leaves out stays', confs: [{ a: 1, b: 1 }, { b: 2 }], merged: { a: 1, b: 2 } },
    {
      name: 'objects merge on every level',
      confs: [{ a: { b: { c: 1 } } }, { a: { b: { d: 2 } } }],
      merged: { a: { b: { c: 1, d: 2 } } },
    },
    { name: 'lists are replaced', confs: [{ a: [1, 2] }, { a: [3] }], merged: { a: [3] } },
    { name: 'an empty list replaces too', confs: [{ a: [1] }, { a: [] }], merged: { a: [] } },
    { name: 'a value replaces an object', confs: [{ a: { b: 1 } }, { a: 'x' }], merged: { a: 'x' } },
    {
      name: 'keys of the prototype are keys',
      confs: [{ a: 1 }, { toString: { b: 1 } }],
      merged: { a: 1, toString: { b: 1 } },
    },
  ])('$name', ({ confs, merged }) => {
    expect(mergeFields(confs)).toEqual(merged);
  });

  it('leaves what it merges alone', () => {
    const first = { a: { b: 1 } };
    mergeFields<object>([first, { a: { c: 1 } }]);
    expect(first).toEqual({ a: { b: 1 } });
  });
});

it('appendLists puts one list after the other', () => {
  const merge = appendLists<{ readonly list?: readonly number[]; readonly other?: string }>('list');
  expect(merge([{ list: [1], other: 'a' }, { list: [2, 3] }])).toEqual({ list: [1, 2, 3], other: 'a' });
  expect(merge([{ other: 'a' }])).toEqual({ other: 'a' });
});

it('mergeByKey merges entries with an equal key into the first of them', () => {
  const lists = [[{ key: 'a', x: 1 }, { key: 'b' }], [{ key: 'a', y: 2 }]];
  expect(mergeByKey<object>(lists, (entry) => (entry as { key: string }).key, mergeFields)).toEqual([
    { key: 'a', x: 1, y: 2 },
    { key: 'b' },
  ]);
});
