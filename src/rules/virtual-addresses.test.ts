import { describe, expect, it } from 'vitest';

import { allocateAddresses } from './virtual-addresses.js';

describe('allocateAddresses', () => {
  it.each([
    { name: 'begins at the beginning', previous: {}, keys: ['a', 'b'], next: { a: '240.0.0.0', b: '240.0.0.1' } },
    {
      name: 'moves nobody when somebody comes before them',
      previous: { b: '240.0.0.0' },
      keys: ['a', 'b'],
      next: { a: '240.0.0.1', b: '240.0.0.0' },
    },
    {
      name: 'gives nobody at once what another has just left',
      previous: { a: '240.0.0.0', b: '240.0.0.1' },
      keys: ['b', 'c'],
      next: { b: '240.0.0.1', c: '240.0.0.2' },
    },
    {
      name: 'gives later what another has left',
      previous: { b: '240.0.0.1' },
      keys: ['b', 'c'],
      next: { b: '240.0.0.1', c: '240.0.0.0' },
    },
  ])('$name', ({ previous, keys, next }) => {
    expect(Object.fromEntries(allocateAddresses(new Map(Object.entries(previous)), keys))).toEqual(next);
  });

  it('counts through all bytes', () => {
    const keys = Array.from({ length: 66_000 }, (_, i) => String(i));
    expect(allocateAddresses(new Map(), keys).get('65793')).toBe('240.1.1.1');
  });
});
