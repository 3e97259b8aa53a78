import { expect, it } from 'vitest';

import type { Resource } from '../model/resource.js';
import { emptySnapshot, nextSnapshot, resourceOf, resourcesByName, type MeshSnapshot } from './mesh-snapshot.js';
import { derive } from './question.js';
import { SnapshotMemo } from './snapshot-memo.js';

/** The snapshot after a write of a number under a name. */
function write(snapshot: MeshSnapshot, name: string, value: number | undefined): MeshSnapshot {
  const key = { type: 'Thing', mesh: 'm', name };
  const times = { creationTime: '', modificationTime: '', creationRevision: 1, revision: 1 };
  const resource: Resource | undefined = value === undefined ? undefined : { ...key, ...times, spec: { value } };
  return nextSnapshot(snapshot, [{ revision: 1, type: key.type, name, resource }]);
}

const numberOf = (resource: Resource | undefined): number =>
  (resource?.spec as { value: number } | undefined)?.value ?? 0;

/** What is asked, with how often each answer was worked out. */
function makeQuestions() {
  const counts = { large: 0, one: 0 };
  const large = derive({
    keyOf: (none: string) => none,
    answer: (snapshot: MeshSnapshot) => {
      counts.large += 1;
      const sum = [...resourcesByName(snapshot, 'Thing').values()].reduce((all, each) => all + numberOf(each), 0);
      if (sum < 0) throw new Error('too little');
      return sum > 100;
    },
  });
  const answer = (snapshot: MeshSnapshot, name: string): string => {
    counts.one += 1;
    return `${name} ${large(snapshot, '')} ${numberOf(resourceOf(snapshot, 'Thing', name))}`;
  };
  const question = { keyOf: (name: string) => name, answer, settle: (_before: string, after: string) => after };
  return { counts, question };
}

const names = Array.from({ length: 20 }, (_, i) => `t${i}`);

function setUp(count: number) {
  const { counts, question } = makeQuestions();
  const first = names.reduce((snapshot, name) => write(snapshot, name, 1), emptySnapshot('m'));
  const memo = new SnapshotMemo(first);
  const asked = names.slice(0, count);
  const askAll = () => asked.map((name) => memo.ask(question, name));
  askAll();
  const since = { ...counts };
  return { first, memo, question, asked, askAll, done: () => [counts.large - since.large, counts.one - since.one] };
}

it.each([2, 20])('works out again what is concerned, of %i answers that share one', (count) => {
  const { first, memo, question, asked, askAll, done } = setUp(count);
  const next = write(first, 't1', 2);
  memo.moveTo(next);
  expect(asked.filter((name) => memo.isMoved(question, name, first))).toEqual(['t1']);
  expect(askAll()[1]).toBe('t1 false 2');
  expect(done()).toEqual([1, 1]);
  memo.moveTo(write(next, 't1', 200));
  expect(askAll()).toEqual(asked.map((name) => `${name} true ${name === 't1' ? 200 : 1}`));
  expect(done()).toEqual([2, 1 + count]);
});

it.each([2, 20])('answers for any snapshot that it is moved to, of %i answers that share one', (count) => {
  const { first, memo, askAll } = setUp(count);
  const before = askAll();
  const other = write(write(first, 't0', 200), 't1', undefined);
  memo.moveTo(other);
  const after = askAll();
  expect(after.slice(0, 2)).toEqual(['t0 true 200', 't1 true 0']);
  for (const [snapshot, answers] of [
    [first, before],
    [other, after],
    [first, before],
  ] as const) {
    memo.moveTo(snapshot);
    expect(askAll()).toEqual(answers);
  }
});

it.each([2, 20])('tells each who asks for what cannot be answered, and recovers, with %i of them', (count) => {
  const { first, memo, question, asked, askAll } = setUp(count);
  const before = askAll();
  memo.moveTo(write(first, 't1', -100));
  for (const name of asked) expect(() => memo.ask(question, name)).toThrow('too little');
  memo.moveTo(write(first, 't2', -100));
  for (const name of asked) expect(() => memo.ask(question, name)).toThrow('too little');
  memo.moveTo(first);
  expect(askAll()).toEqual(before);
});

it('forgets what nobody needs, and who asked for it', () => {
  const { first, memo, question, askAll } = setUp(20);
  memo.sweep(question, (name) => name === 't0');
  const { size } = memo;
  memo.moveTo(write(first, 't1', 200));
  expect(memo.size).toBe(size);
  expect(askAll()[1]).toBe('t1 true 200');
});
