import { describe, expect, it } from 'vitest';

import { measureEditDistance, suggest } from './suggest.js';

describe('measureEditDistance', () => {
  it.each([
    { name: 'equal', a: 'port', b: 'port', distance: 0 },
    { name: 'from nothing', a: '', b: 'port', distance: 4 },
    { name: 'to nothing', a: 'port', b: '', distance: 4 },
    { name: 'one letter more', a: 'port', b: 'ports', distance: 1 },
    { name: 'one letter less', a: 'port', b: 'prt', distance: 1 },
    { name: 'another letter', a: 'port', b: 'part', distance: 1 },
    { name: 'neighbours swapped', a: 'port', b: 'prot', distance: 1 },
    { name: 'several', a: 'kitten', b: 'sitting', distance: 3 },
  ])('$name', ({ a, b, distance }) => {
    expect(measureEditDistance(a, b)).toBe(distance);
  });
});

describe('suggest', () => {
  it.each([
    { name: 'the nearest', word: 'Meshh', candidates: ['MeshRetry', 'Mesh'], meant: 'Mesh' },
    {
      name: 'without regard to case',
      word: 'MESHTCPROUTE',
      candidates: ['Dataplane', 'MeshTCPRoute'],
      meant: 'MeshTCPRoute',
    },
    { name: 'a third of the word may be wrong', word: 'abcxyz', candidates: ['abcdyz'], meant: 'abcdyz' },
    { name: 'more may not', word: 'abxxxz', candidates: ['abcdyz'], meant: undefined },
    { name: 'first of equals', word: 'pox', candidates: ['pot', 'pod'], meant: 'pot' },
  ])('$name', ({ word, candidates, meant }) => {
    expect(suggest(word, candidates)).toBe(meant);
  });
});
