import { expect, it } from 'vitest';

import { describeDurationError } from './go-duration-error.js';

it.each([
  ['1h30m', undefined],
  ['', 'time: invalid duration ""'],
  ['abc', 'time: invalid duration "abc"'],
  ['-.s', 'time: invalid duration "-.s"'],
  ['10', 'time: missing unit in duration "10"'],
  ['1h10', 'time: missing unit in duration "1h10"'],
  ['10d', 'time: unknown unit "d" in duration "10d"'],
  ['1h x', 'time: unknown unit "h x" in duration "1h x"'],
  ['9999999h', 'time: invalid duration "9999999h"'],
])('%j', (text, message) => {
  expect(describeDurationError(text)).toBe(message);
});
