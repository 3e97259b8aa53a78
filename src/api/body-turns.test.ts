import { expect, it } from 'vitest';

import { BodyTurns } from './body-turns.js';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('small bodies begin at once, large ones in a turn of their own, all in order', async () => {
  const turns = new BodyTurns();
  const begun: string[] = [];
  for (const [name, size] of [
    ['a', 0],
    ['b', 1_000],
    ['c', 100_000],
    ['d', 100_000],
    ['e', 1],
    ['f', 100_000],
    ['g', 1],
  ] as const) {
    turns.take(size, () => begun.push(name));
  }
  expect(begun.join('')).toBe('abc');
  await nextTurn();
  expect(begun.join('')).toBe('abcd');
  await nextTurn();
  expect(begun.join('')).toBe('abcdef');
  await nextTurn();
  expect(begun.join('')).toBe('abcdefg');
  await nextTurn();
  turns.take(1, () => begun.push('h'));
  expect(begun.join('')).toBe('abcdefgh');
});
