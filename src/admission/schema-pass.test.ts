import { Type } from 'typebox';
import { expect, it } from 'vitest';

import { NumberText } from '../lib/json-text.js';
import { nested } from '../model/nested.js';
import { compileSchemaPass } from './schema-pass.js';

const schema = Type.Object({
  count: Type.Optional(nested.uint32()),
  plain: Type.Optional(Type.Integer({ minimum: 2 })),
  either: Type.Optional(nested.intOrString()),
  tags: Type.Optional(Type.Record(Type.String(), Type.String())),
});
const pass = compileSchemaPass('Thing', schema);
const noInteger = 'spec.count: in body must be of type int32: "float64"';

interface Case {
  readonly name: string;
  readonly spec: object;
  readonly violations: readonly string[];
}

it.each<Case>([
  { name: 'the largest integer', spec: { count: 9007199254740991 }, violations: [] },
  { name: 'an integer beyond', spec: { count: new NumberText('9007199254740993') }, violations: [noInteger] },
  { name: 'a negative one', spec: { count: new NumberText('-9007199254740993') }, violations: [noInteger] },
  { name: 'a fraction', spec: { count: 1.5 }, violations: [noInteger] },
  { name: 'a number little above an integer', spec: { count: 1000000000.5 }, violations: [] },
  { name: 'a negative one little below', spec: { count: -1000000000.5 }, violations: [noInteger] },
  {
    name: 'a fraction below the minimum',
    spec: { plain: 1.5 },
    violations: [
      'spec.plain: in body must be of type integer: "number"',
      'spec.plain: in body should be greater than or equal to 2',
    ],
  },
  {
    name: 'a union that does not take it',
    spec: { either: 1.5 },
    violations: [
      ': "spec.either" must validate at least one schema (anyOf)',
      'spec.either: in body must be of type integer: "number"',
    ],
  },
  { name: 'a union and null', spec: { either: null }, violations: [] },
  {
    name: 'a key with a blank, which ends the field',
    spec: { tags: { 'a b': 1 } },
    violations: ['spec.tags.a: b in body must be of type string: "number"'],
  },
])('$name', ({ spec, violations }) => {
  expect(pass({ spec }).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
