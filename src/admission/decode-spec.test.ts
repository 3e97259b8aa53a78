import { Type } from 'typebox';
import { expect, it } from 'vitest';

import { NumberText } from '../lib/json-text.js';
import { nested } from '../model/nested.js';
import { readBack } from '../model/read-back.js';
import { decodeSpec } from './decode-spec.js';

const schema = Type.Object({
  needed: Type.Object({}),
  always: Type.Optional(Type.Object({ a: Type.Optional(Type.String()) }, readBack.always)),
  kept: Type.Optional(Type.Array(Type.String())),
  list: Type.Optional(Type.Array(Type.String(), readBack.omitEmpty)),
  text: Type.Optional(Type.String(readBack.omitEmpty)),
  count: Type.Optional(nested.uint32()),
  signed: Type.Optional(nested.int32()),
  either: Type.Optional(nested.intOrString()),
  time: Type.Optional(nested.duration()),
  free: Type.Optional(Type.Unknown()),
});
/** What is stored of an empty document. */
const base = { needed: {}, always: {} };

interface Case {
  readonly name: string;
  readonly spec: unknown;
  readonly stored: object | 'refused';
}

it.each<Case>([
  { name: 'nothing', spec: undefined, stored: base },
  { name: 'empty values', spec: { kept: [], list: [], text: '' }, stored: { ...base, kept: [] } },
  { name: 'unknown keys', spec: { x: 1, always: { x: 1, a: '' } }, stored: { needed: {}, always: { a: '' } } },
  { name: 'the largest unsigned number', spec: { count: 4294967295 }, stored: { ...base, count: 4294967295 } },
  { name: 'a larger one', spec: { count: 4294967296 }, stored: 'refused' },
  { name: 'a negative one', spec: { count: -1 }, stored: 'refused' },
  { name: 'minus zero, unsigned', spec: { count: new NumberText('-0') }, stored: 'refused' },
  { name: 'minus zero, signed', spec: { signed: new NumberText('-0') }, stored: { ...base, signed: 0 } },
  { name: 'an integer with a point', spec: { signed: new NumberText('10.0') }, stored: 'refused' },
  { name: 'a number little above an integer', spec: { signed: 1000000000.5 }, stored: 'refused' },
  { name: 'a number for either', spec: { either: 2147483647 }, stored: { ...base, either: 2147483647 } },
  { name: 'too large a one', spec: { either: 2147483648 }, stored: 'refused' },
  { name: 'a text for either', spec: { either: '0100' }, stored: { ...base, either: '0100' } },
  { name: 'null for either', spec: { either: null }, stored: base },
  { name: 'a duration, normalised', spec: { time: '90s' }, stored: { ...base, time: '1m30s' } },
  { name: 'a text that is none', spec: { time: '90' }, stored: 'refused' },
  {
    name: 'any number in a free field',
    spec: { free: { a: new NumberText('1e2') } },
    stored: { ...base, free: { a: 100 } },
  },
  { name: 'a number beyond all numbers there', spec: { free: { a: [new NumberText('-1e400')] } }, stored: 'refused' },
])('$name', ({ spec, stored }) => {
  const decoded = decodeSpec(schema, spec);
  expect(decoded.ok ? decoded.value.value : 'refused').toEqual(stored);
});

it('names the field that cannot be read', () => {
  expect(decodeSpec(schema, { free: { a: [1, new NumberText('1e400')] } })).toEqual({
    ok: false,
    error: 'spec.free.a[1]: 1e400 cannot be read as float64',
  });
});
