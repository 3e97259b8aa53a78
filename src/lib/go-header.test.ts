import { expect, it } from 'vitest';

import { canonicalHeader } from './go-header.js';

it.each([
  ['x-a', 'X-A'],
  ['CONTENT-type', 'Content-Type'],
  ['', ''],
  ['a b', 'a b'],
  ['é', 'é'],
])('writes %j as %j', (name, canonical) => {
  expect(canonicalHeader(name)).toBe(canonical);
});
