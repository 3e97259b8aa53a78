import { expect, it } from 'vitest';

import { splitPem } from './pem.js';

const block = (label: string, body = 'YQ==') => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----`;

it.each([
  { name: 'nothing', text: 'no PEM', labels: [] },
  { name: 'blocks with anything between them', text: `x\n${block('A')}\ny${block('B C')}\n`, labels: ['A', 'B C'] },
  { name: 'no block without end', text: `${block('A')}-----BEGIN B-----\nYQ==`, labels: ['A'] },
  { name: 'no block with another end', text: `-----BEGIN B-----\n-----END C-----\n${block('A')}`, labels: ['A'] },
  { name: 'no block whose label does not end', text: '-----BEGIN B\n-----END B-----', labels: [] },
])('finds $name', ({ text, labels }) => {
  const blocks = splitPem(text);
  expect(blocks.map(({ label }) => label)).toEqual(labels);
  for (const { text: own } of blocks) expect(text).toContain(own);
});

it('takes linear time', () => {
  const start = performance.now();
  splitPem('-----BEGIN A-----'.repeat(60_000));
  splitPem('-----BEGIN A-----\n-----END B-----\n'.repeat(30_000));
  expect(performance.now() - start).toBeLessThan(1_000);
});
