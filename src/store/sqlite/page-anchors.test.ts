import { describe, expect, it } from 'vitest';

import type { Change, ListQuery } from '../store.js';
import { PageAnchors } from './page-anchors.js';

const list = (offset: number, mesh?: string): ListQuery => ({
  type: 'T',
  ...(mesh === undefined ? {} : { mesh }),
  order: 'name',
  offset,
});

const change = (op: Change['op'], name: string, revision = 2, type = 'T'): Change => ({
  revision,
  op,
  key: { type, mesh: 'm', name },
  resource: undefined,
});

const anchor = (name: string, rank: number) => ({ mesh: 'm', name, rank });

/** Anchors at the revision 1, of which some are known. */
function known(...anchors: readonly ReturnType<typeof anchor>[]): PageAnchors {
  const all = new PageAnchors(1);
  for (const each of anchors) all.learn(list(0), each, 1);
  return all;
}

describe('anchors', () => {
  it.each([
    { offset: 999, found: undefined },
    { offset: 1_000, found: anchor('d', 1_000) },
    { offset: 4_999, found: anchor('d', 1_000) },
    { offset: 9_000, found: anchor('p', 5_000) },
  ])('the last before the offset $offset is found', ({ offset, found }) => {
    expect(known(anchor('p', 5_000), anchor('d', 1_000)).find(list(offset), 1)).toEqual(found);
  });

  it('are of one list, and keep a distance', () => {
    const anchors = known(anchor('d', 1_000), anchor('e', 1_499));
    expect(anchors.find(list(9_000, 'm'), 1)).toBeUndefined();
    expect(anchors.find({ ...list(9_000), type: 'U' }, 1)).toBeUndefined();
    expect(anchors.find(list(9_000), 1)).toEqual(anchor('d', 1_000));
  });

  it.each([
    { changes: [change('create', 'a')], rank: 1_001 },
    { changes: [change('delete', 'a')], rank: 999 },
    { changes: [change('update', 'a')], rank: 1_000 },
    { changes: [change('create', 'x')], rank: 1_000 },
    { changes: [change('delete', 'd')], rank: 1_000 },
    { changes: [change('create', 'a', 2, 'U')], rank: 1_000 },
  ])('follow $changes.0.op of $changes.0.key.name', ({ changes, rank }) => {
    const anchors = known(anchor('d', 1_000));
    anchors.follow(changes);
    expect(anchors.find(list(9_000), 2)).toEqual(anchor('d', rank));
  });

  it('say nothing of a file at another revision, and learn nothing from it', () => {
    const anchors = known(anchor('d', 1_000));
    expect(anchors.find(list(9_000), 2)).toBeUndefined();
    anchors.learn(list(0), anchor('p', 5_000), 2);
    expect(anchors.find(list(9_000), 1)).toEqual(anchor('d', 1_000));
  });
});
