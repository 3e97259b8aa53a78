import { describe, expect, it } from 'vitest';

import { applyJsonPatch, type JsonPatchOperation } from './json-patch.js';

const document = { a: { b: 1 }, list: [{ n: 1 }, { n: 2 }], 'x/y~z': 1 };

describe('applyJsonPatch', () => {
  it.each<{ name: string; operations: JsonPatchOperation[]; patched: object }>([
    {
      name: 'adds to an object, whether the key is there or not',
      operations: [
        { op: 'add', path: '/a/b', value: 2 },
        { op: 'add', path: '/a/c', value: null },
      ],
      patched: { ...document, a: { b: 2, c: null } },
    },
    {
      name: 'inserts into a list, at its end, and counting from the end',
      operations: [
        { op: 'add', path: '/list/0', value: 'first' },
        { op: 'add', path: '/list/-', value: 'last' },
        { op: 'add', path: '/list/-2', value: 'before the last' },
      ],
      patched: { ...document, list: ['first', { n: 1 }, { n: 2 }, 'before the last', 'last'] },
    },
    {
      name: 'makes objects and lists on the way',
      operations: [
        { op: 'add', path: '/new/list/1/key', value: 1 },
        { op: 'add', path: '/list/3/n', value: 4 },
        { op: 'add', path: '/other/-', value: 1 },
      ],
      patched: {
        ...document,
        new: { list: [null, { key: 1 }] },
        list: [{ n: 1 }, { n: 2 }, null, { n: 4 }],
        other: [1],
      },
    },
    {
      name: 'replaces what is there',
      operations: [
        { op: 'replace', path: '/list/-1/n', value: 9 },
        { op: 'replace', path: '/list/0', value: 8 },
        { op: 'replace', path: '/a/b', value: 7 },
      ],
      patched: { ...document, list: [8, { n: 9 }], a: { b: 7 } },
    },
    { name: 'replaces the document', operations: [{ op: 'replace', path: '', value: { q: 1 } }], patched: { q: 1 } },
    { name: 'keeps the document for a scalar', operations: [{ op: 'replace', path: '', value: 1 }], patched: document },
    {
      name: 'removes, and forgives what is missing',
      operations: [
        { op: 'remove', path: '/a/b' },
        { op: 'remove', path: '/list/-2' },
        { op: 'remove', path: '/list/7' },
        { op: 'remove', path: '/none/x' },
      ],
      patched: { ...document, a: {}, list: [{ n: 2 }] },
    },
    {
      name: 'moves and copies',
      operations: [
        { op: 'move', from: '/list/0', path: '/list/1' },
        { op: 'copy', from: '/a', path: '/list/0/a' },
        { op: 'replace', path: '/a/b', value: 5 },
      ],
      patched: { ...document, a: { b: 5 }, list: [{ n: 2, a: { b: 1 } }, { n: 1 }] },
    },
    {
      name: 'reads escapes, and nothing before the first slash',
      operations: [{ op: 'replace', path: 'ignored/x~1y~0z', value: 2 }],
      patched: { ...document, 'x/y~z': 2 },
    },
  ])('$name', ({ operations, patched }) => {
    const before = structuredClone(document);
    expect(applyJsonPatch(document, operations)).toEqual({ ok: true, value: patched });
    expect(document).toEqual(before);
  });

  it.each<{ name: string; operations: JsonPatchOperation[] }>([
    { name: 'a place that is missing for replace', operations: [{ op: 'replace', path: '/nope', value: 1 }] },
    { name: 'a place behind a scalar', operations: [{ op: 'add', path: '/a/b/c', value: 1 }] },
    { name: 'a gap at the end of a list', operations: [{ op: 'add', path: '/list/3', value: 1 }] },
    { name: 'a key that is no index', operations: [{ op: 'remove', path: '/list/x' }] },
    { name: 'a source that is missing', operations: [{ op: 'move', from: '/nope', path: '/a' }] },
    { name: 'a target that is missing', operations: [{ op: 'copy', from: '/a', path: '/nope/x' }] },
    { name: 'no path', operations: [{ op: 'add', path: '', value: 1 }] },
    { name: 'a huge index', operations: [{ op: 'add', path: '/big/1000000000/x', value: 1 }] },
    { name: 'a huge gap', operations: [{ op: 'add', path: '/list/1000000000/x', value: 1 }] },
    {
      name: 'copies of copies',
      operations: Array.from({ length: 64 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/${i}` })),
    },
  ])('refuses $name', ({ operations }) => {
    expect(applyJsonPatch(document, operations)).toMatchObject({ ok: false });
  });

  it('reaches no property that is not in the document', () => {
    const patched = applyJsonPatch({}, [{ op: 'add', path: '/__proto__/polluted', value: 1 }]);
    expect(Object.hasOwn({}, 'polluted') || 'polluted' in {}).toBe(false);
    expect(patched.ok && Object.keys(patched.value as object)).toEqual(['__proto__']);
    expect(applyJsonPatch({}, [{ op: 'replace', path: '/constructor', value: 1 }])).toMatchObject({ ok: false });
  });
});
