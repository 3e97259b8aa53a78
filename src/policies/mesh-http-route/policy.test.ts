import { expect, it } from 'vitest';

import { meshHTTPRoute, mergeRules } from './policy.js';
import type { HTTPRule } from './schema.js';

const rule = (value: string, conf: HTTPRule['default']): HTTPRule => ({
  matches: [{ path: { type: 'Exact', value } }],
  default: conf,
});
const ref = (name: string) => ({ kind: 'MeshService', name });

it.each<{ name: string; confs: readonly (readonly HTTPRule[] | null)[]; merged: readonly HTTPRule[] | null }>([
  { name: 'no rules', confs: [null, null], merged: null },
  {
    name: 'rules for other matches',
    confs: [[rule('/a', { backendRefs: [ref('a')] })], null, [rule('/b', {})]],
    merged: [rule('/a', { backendRefs: [ref('a')] }), rule('/b', {})],
  },
  {
    name: 'rules for equal matches: lists are replaced as a whole, or kept',
    confs: [
      [rule('/a', { filters: [], backendRefs: [ref('a'), ref('b')] }), rule('/b', {})],
      [rule('/a', { backendRefs: [ref('c')] })],
    ],
    merged: [rule('/a', { filters: [], backendRefs: [ref('c')] }), rule('/b', {})],
  },
  {
    name: 'equal matches within one conf',
    confs: [[rule('/a', { filters: [] }), rule('/a', { backendRefs: [] })]],
    merged: [rule('/a', { filters: [], backendRefs: [] })],
  },
])('merges $name', ({ confs, merged }) => {
  expect(mergeRules(confs.map((Rules) => ({ Rules })))).toEqual({ Rules: merged });
});

it('has an item for every destination, also for one without rules', () => {
  const origin = { mesh: 'default', name: 'r' };
  const rules = [rule('/a', {})];
  const spec = { targetRef: { kind: 'Mesh' }, to: [{ targetRef: ref('a'), rules }, { targetRef: ref('b') }] };
  expect(meshHTTPRoute.to?.items(spec, origin)).toEqual([
    { subset: { 'kuma.io/service': 'a' }, conf: { Rules: rules }, origin },
    { subset: { 'kuma.io/service': 'b' }, conf: { Rules: null }, origin },
  ]);
  expect(meshHTTPRoute.topTargetRef(spec)).toEqual({ kind: 'Mesh' });
});
