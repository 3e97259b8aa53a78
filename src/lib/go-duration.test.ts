import { describe, expect, it } from 'vitest';

import { formatGoDuration, parseGoDuration } from './go-duration.js';

describe('durations in Go notation', () => {
  it.each([
    ['0', '0s'],
    ['90s', '1m30s'],
    ['3600s', '1h0m0s'],
    ['1500ms', '1.5s'],
    ['1m', '1m0s'],
    ['500ms', '500ms'],
    ['1us', '1µs'],
    ['1µs', '1µs'],
    ['1μs', '1µs'],
    ['100ns', '100ns'],
    ['.5s', '500ms'],
    ['1.h', '1h0m0s'],
    ['1h1h', '2h0m0s'],
    ['+10s', '10s'],
    ['-0', '0s'],
    ['-1.5s', '-1.5s'],
    ['0.1ns', '0s'],
    ['2562047h47m16.854775807s', '2562047h47m16.854775807s'],
    ['-2562047h47m16.854775808s', '-2562047h47m16.854775808s'],
    ['00000000000000000000000000001s', '1s'],
  ])('%s reads as %s', (text, shown) => {
    const nanoseconds = parseGoDuration(text);
    expect(nanoseconds !== undefined && formatGoDuration(nanoseconds)).toBe(shown);
  });

  it.each([
    '',
    '10',
    '10 s',
    '1d',
    '1e3s',
    'PT10S',
    '.',
    '.s',
    's',
    '-',
    '2562047h47m16.854775808s',
    '-2562047h47m16.854775809s',
    '99999999999h',
    '99999999999999999999ns',
  ])('%j is none', (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });
});
