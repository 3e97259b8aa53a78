import { expect, it } from 'vitest';

import { foldKeys } from './fold-keys.js';
import type { SchemaNode } from './schema-node.js';

const text: SchemaNode = { type: 'string' };
const schema: SchemaNode = {
  properties: {
    targetRef: { properties: { tags: { additionalProperties: text } } },
    to: { type: 'array', items: { properties: { idleTimeout: text } } },
  },
};

interface Case {
  readonly name: string;
  readonly given: object;
  readonly folded: object;
}

it.each<Case>([
  { name: 'every level', given: { TO: [{ idletimeout: '1s' }] }, folded: { to: [{ idleTimeout: '1s' }] } },
  {
    name: 'not the keys of a map',
    given: { TargetRef: { Tags: { A: 'b' } } },
    folded: { targetRef: { tags: { A: 'b' } } },
  },
  { name: 'the last of two spellings', given: { to: [], To: [{}] }, folded: { to: [{}] } },
  { name: 'nothing unknown', given: { X: { To: 1 }, toString: 1 }, folded: { X: { To: 1 }, toString: 1 } },
  { name: 'what is of another type', given: { TO: 'x' }, folded: { to: 'x' } },
])('folds $name', ({ given, folded }) => {
  expect(foldKeys(schema, given)).toEqual(folded);
});
