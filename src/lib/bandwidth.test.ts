import { describe, expect, it } from 'vitest';

import { parseKbps } from './bandwidth.js';

describe('parseKbps', () => {
  it.each([
    ['7kbps', 7],
    ['50 mbps', 50_000],
    ['about 2gbps or 3kbps', 2_000_000],
    ['1 2kbps', 2],
    ['8  kbps', undefined],
    ['kbps', undefined],
    ['5bps, 5kbps', undefined],
    ['0kbps', undefined],
    ['99999999999999999999kbps', undefined],
    ['5', undefined],
  ])('reads %j', (text, kbps) => {
    expect(parseKbps(text)).toBe(kbps);
  });
  it('takes linear time for many digits', () => {
    const start = performance.now();
    parseKbps(`${'1'.repeat(500_000)}x`);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
