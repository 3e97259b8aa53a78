import { Type } from 'typebox';
import { expect, it } from 'vitest';

import type { Kind } from '../model/kind.js';
import { noFacets } from '../model/resource.js';
import { readBody } from './admit.js';

const kind: Kind = {
  form: 'nested',
  type: 'Thing',
  path: 'things',
  scope: 'mesh',
  singularDisplayName: 'Thing',
  pluralDisplayName: 'Things',
  facets: () => noFacets,
  schema: Type.Object({
    needed: Type.Object({}),
    weight: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  validate: () => [],
  readOnly: false,
  boundToMesh: true,
  kubernetesNamespaced: false,
  examples: [],
};

interface Case {
  readonly name: string;
  readonly body: object;
  readonly read: unknown;
}

it.each<Case>([
  { name: 'is read', body: { spec: { needed: {}, Weight: 2 } }, read: { needed: {}, weight: 2 } },
  { name: 'is read of the spec itself', body: { SPEC: { needed: {}, weight: 2 } }, read: { needed: {}, weight: 2 } },
  {
    name: 'is checked',
    body: { spec: { needed: {}, Weight: 0 } },
    read: ['spec.weight: in body should be greater than or equal to 1'],
  },
  {
    name: 'is not enough where a field is required',
    body: { spec: { Needed: {} } },
    read: ['spec.needed: in body is required'],
  },
])('a field in the other case $name', ({ body, read }) => {
  const result = readBody(kind, JSON.stringify({ type: 'Thing', ...body }), { maxDepth: 10 });
  if (result.ok) expect(result.value).toMatchObject({ spec: read, dropped: [] });
  else
    expect(
      result.error.refusal === 'invalid' && result.error.violations.map(({ field, message }) => `${field}: ${message}`),
    ).toEqual(read);
});
