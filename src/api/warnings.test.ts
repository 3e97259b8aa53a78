import { expect, it } from 'vitest';

import { warnOfDropped } from './warnings.js';

const field = (path: string) => ({ path, name: path, siblings: ['conf'] });

it.each([
  { name: 'nothing', paths: [], warnings: [] },
  {
    name: 'a slip',
    paths: ['konf'],
    warnings: ['299 skein "konf: unknown field, did you mean \\"conf\\"?"'],
  },
  {
    name: 'what must not stand in a header',
    paths: ['a"b\\c', 'a\r\nSet-Cookie: x', 'ä🧵\u0000'],
    warnings: [
      '299 skein "a\\"b\\\\c: unknown field"',
      '299 skein "a??Set-Cookie: x: unknown field"',
      '299 skein "????: unknown field"',
    ],
  },
  {
    name: 'a long name',
    paths: ['a'.repeat(1_000)],
    warnings: [`299 skein "${'a'.repeat(197)}..."`],
  },
])('warns of $name', ({ paths, warnings }) => {
  expect(warnOfDropped(paths.map(field))).toEqual(warnings);
});

it('gives at most ten, of which the last counts the others', () => {
  const paths = Array.from({ length: 12 }, (_, i) => `x${i}`);
  expect(warnOfDropped(paths.slice(0, 10).map(field)).at(-1)).toBe('299 skein "x9: unknown field"');
  const warnings = warnOfDropped(paths.map(field));
  expect(warnings).toHaveLength(10);
  expect(warnings.at(-1)).toBe('299 skein "3 more unknown fields"');
});
