import { expect, it } from 'vitest';

import { translatePercentage } from './percentage.js';

it.each([
  [0, {}],
  [100, { numerator: 100 }],
  [2.5, { numerator: 250, denominator: 'TEN_THOUSAND' }],
  [0.0001, { numerator: 1, denominator: 'MILLION' }],
  // a hundred times 0.29 is not 29 in floating point
  [0.29, { numerator: 2900, denominator: 'MILLION' }],
  [33.33335, { numerator: 333334, denominator: 'MILLION' }],
])('%d percent', (percentage, fraction) => {
  expect(translatePercentage(percentage)).toEqual(fraction);
});
