import { describe, expect, it } from 'vitest';

import { readYaml } from './read-yaml.js';

describe('readYaml', () => {
  it.each<{ name: string; text: string; value: unknown }>([
    { name: 'nothing', text: '', value: null },
    { name: 'of duplicate keys the last one', text: 'a: 1\na: 2', value: { a: 2 } },
    { name: 'the first of several documents', text: 'a: 1\n---\na: [', value: { a: 1 } },
    { name: 'booleans of YAML 1.1', text: '[yes, off, y, true]', value: [true, false, true, true] },
    { name: 'integers of YAML 1.1', text: '[1_000, 0x10, 010]', value: [1000, 16, 8] },
    { name: 'no dates', text: '2001-01-01', value: '2001-01-01' },
    { name: 'no numbers to the base of sixty', text: '[12:30, 12:30:00.5]', value: ['12:30', '12:30:00.5'] },
    { name: 'integers beyond exact numbers', text: '18446744073709551615', value: 18446744073709551615n },
    { name: 'anchors', text: 'a: &x {b: 1}\nc: *x', value: { a: { b: 1 }, c: { b: 1 } } },
    { name: 'merged maps', text: 'a: &x {b: 1}\nc: {<<: *x, d: 2}', value: { a: { b: 1 }, c: { b: 1, d: 2 } } },
    { name: 'keys that are no texts', text: '1: a\ntrue: b', value: { 1: 'a', true: 'b' } },
    { name: 'JSON that is no YAML', text: '\t{"a":\t1}', value: { a: 1 } },
  ])('reads $name', ({ text, value }) => {
    expect(readYaml(text)).toEqual({ ok: true, value });
  });

  it.each<{ name: string; text: string; error: RegExp }>([
    { name: 'an unfinished list', text: 'a: [', error: /^no YAML: Flow sequence/ },
    { name: 'numbers that JSON lacks', text: '[.inf]', error: /Infinity is no number in JSON/ },
    { name: 'aliases without anchor', text: 'a: *b', error: /^no YAML: Unresolved alias/ },
    {
      name: 'aliases that blow up',
      text: `a: &a [${'x,'.repeat(60)}]\nb: &b [${'*a,'.repeat(60)}]\nc: [${'*b,'.repeat(60)}]`,
      error: /Excessive alias count/,
    },
    { name: 'nesting beyond the stack', text: '['.repeat(50_000), error: /^no YAML/ },
  ])('refuses $name', ({ text, error }) => {
    expect(readYaml(text)).toEqual({ ok: false, error: expect.stringMatching(error) as string });
  });
});
