import { Type } from 'typebox';
import { expect, it } from 'vitest';

import { mergedSection, peersOf, type PeerItem } from './peers.js';
import { policies } from './registry.js';

interface Conf {
  readonly a?: number;
  readonly list?: readonly number[];
}

it('a section has an item for every entry, and merges their confs field by field', () => {
  const section = mergedSection((spec: readonly PeerItem<Conf>[]) => spec);
  const origin = { mesh: 'default', name: 'p' };
  const items = section.items(
    [
      { targetRef: { kind: 'Mesh' }, default: { a: 1, list: [1] } },
      { targetRef: { kind: 'MeshService', name: 'b' }, default: { list: [] } },
    ],
    origin,
  );
  expect(items).toEqual([
    { subset: {}, conf: { a: 1, list: [1] }, origin },
    { subset: { 'kuma.io/service': 'b' }, conf: { list: [] }, origin },
  ]);
  expect(section.merge(items.map(({ conf }) => conf))).toEqual({ a: 1, list: [] });
});

it('the schema of a section asks for the targetRef alone', () => {
  expect(peersOf(Type.Object({ a: Type.Number() }), 'text')).toMatchObject({
    type: 'array',
    items: { required: ['targetRef'], properties: { default: { required: ['a'] } } },
  });
});

it.each(policies.targetRef)('$kind.type has the sections that it says it has', ({ kind, to, from }) => {
  expect({ isInbound: from !== undefined, isOutbound: to !== undefined }).toEqual({
    isInbound: kind.policy?.isInbound,
    isOutbound: kind.policy?.isOutbound,
  });
});
