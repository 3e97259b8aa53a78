import { Type } from 'typebox';
import { expect, it } from 'vitest';

import type { Kind } from '../model/kind.js';
import { proto } from '../model/proto.js';
import { noFacets } from '../model/resource.js';
import { readBody } from './admit.js';
import { describeDropped } from './describe-dropped.js';

const siblings = ['sources', 'destinations', 'conf'];

it.each([
  { name: 'a slip', field: 'source', text: 'unknown field, did you mean "sources"?' },
  { name: 'another case', field: 'Conf', text: 'unknown field, did you mean "conf"?' },
  { name: 'something else', field: 'labels', text: 'unknown field' },
  { name: 'what is too long for a slip', field: `${'a'.repeat(60)}sources`, text: 'unknown field' },
])('describes $name', ({ field, text }) => {
  expect(describeDropped({ path: `x.${field}`, name: field, siblings })).toBe(text);
});

const common = {
  type: 'Thing',
  path: 'things',
  scope: 'mesh',
  singularDisplayName: 'Thing',
  pluralDisplayName: 'Things',
  facets: () => noFacets,
  validate: () => [{ field: 'conf', message: 'must be defined' }],
  readOnly: false,
  boundToMesh: true,
  kubernetesNamespaced: false,
  examples: [],
} as const;
const flat: Kind = { ...common, form: 'flat', schema: proto.message({ conf: proto.message({ a: proto.string() }) }) };
const nested: Kind = {
  ...common,
  form: 'nested',
  schema: Type.Object({ to: Type.Optional(Type.Array(Type.Object({ a: Type.Optional(Type.String()) }))) }),
};

it.each([
  { form: 'flat', kind: flat, body: { conf: { b: 1 }, konf: 1 }, fields: ['conf.b', 'konf', 'conf'] },
  {
    form: 'nested',
    kind: nested,
    body: { spec: { to: [{ b: 1 }], from: [] }, sepc: 1 },
    fields: ['sepc', 'spec.to[0].b', 'spec.from', 'conf'],
  },
])('a strict reader refuses unknown fields of a $form body, beside all else', ({ kind, body, fields }) => {
  const read = readBody(kind, JSON.stringify({ type: 'Thing', ...body }), { maxDepth: 10, strict: true });
  const violations = !read.ok && read.error.refusal === 'invalid' ? read.error.violations : [];
  expect(violations.map(({ field }) => field)).toEqual(fields);
});

it('names no more than 100 of them', () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, 1]));
  const read = readBody({ ...flat, validate: () => [] }, JSON.stringify(many), { maxDepth: 10, strict: true });
  expect(!read.ok && read.error.refusal === 'invalid' && read.error.violations.length).toBe(100);
});
