import { expect, it } from 'vitest';

import { compareDecimal, numberOfDecimal, parseDecimal, thousandthsOf } from './decimal.js';

it.each([
  { text: '0', equal: 0, below: 1 },
  { text: '-0.0', equal: 0, below: 1 },
  { text: '000', equal: 0, below: 1 },
  { text: '1e-400', above: 0, below: 1 },
  { text: '1e-2147483648', above: 0, below: 1 },
  { text: '5.5', above: 5, below: 6 },
  { text: '.5', above: 0, below: 1 },
  { text: '5.', above: 4, equal: 5, below: 6 },
  { text: '+5', equal: 5 },
  { text: '.+5', above: 0, below: 1 },
  { text: '-5', below: 0 },
  { text: '-.5', below: 0 },
  { text: '0100', above: 99, equal: 100, below: 101 },
  { text: '100.000', equal: 100 },
  { text: '1e2', equal: 100 },
  { text: '1E+2', equal: 100 },
  { text: '10000e-2', equal: 100 },
  { text: '100.00000000000000000000001', above: 100, below: 101 },
  { text: '12345678901234567890', above: 100 },
  { text: '1e2147483647', above: 100 },
])('$text is a decimal', ({ text, above, equal, below }) => {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new Error('not read');
  if (above !== undefined) expect(compareDecimal(decimal, above)).toBeGreaterThan(0);
  if (equal !== undefined) expect(compareDecimal(decimal, equal)).toBe(0);
  if (below !== undefined) expect(compareDecimal(decimal, below)).toBeLessThan(0);
});

it.each(['', '.', 'e1', '1e', '1e1.5', '1..5', '1.2.3', '--1', '1-', ' 5', '5 ', '50%', '1_0', '0x1', 'NaN', '1,5'])(
  '"%s" is none',
  (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  },
);

it.each(['1e2147483648', '1e-2147483649', '0.1e-2147483648'])('%s has too large an exponent', (text) => {
  expect(parseDecimal(text)).toBeUndefined();
});

it.each([
  { text: '0', number: 0, thousandths: 0 },
  { text: '.5', number: 0.5, thousandths: 500 },
  { text: '-12.5', number: -12.5, thousandths: -12500 },
  { text: '100', number: 100, thousandths: 100_000 },
  { text: '0.0009', number: 0.0009, thousandths: 0 },
  // in floating point a thousand times this is less than 1001
  { text: '1.001', number: 1.001, thousandths: 1001 },
  { text: '1e13', number: 1e13, thousandths: Infinity },
])('$text is $number', ({ text, number, thousandths }) => {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new Error('not read');
  expect(numberOfDecimal(decimal)).toBe(number);
  expect(thousandthsOf(decimal)).toBe(thousandths);
});
