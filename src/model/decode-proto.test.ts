import type { TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';

import { parseJsonText } from '../lib/json-text.js';
import { formatProtoDuration } from '../lib/proto-duration.js';
import { decodeProto } from './decode-proto.js';
import { proto } from './proto.js';

/** Reads a body and shows what is stored, as it is printed; `refused` when it cannot be read. */
function read(schema: TSchema, text: string): string {
  const parsed = parseJsonText(text, { maxDepth: 64 });
  if (!parsed.ok) throw new Error(parsed.error.text);
  const decoded = decodeProto(schema, parsed.value);
  return decoded.ok ? JSON.stringify(decoded.value.value) : 'refused';
}

/** The same for the only field of a message; `absent` when nothing is stored of it. */
function readField(field: TSchema, text: string): string {
  const printed = read(proto.message({ f: field }), `{"f":${text}}`);
  return printed === '{}' ? 'absent' : printed.replace(/^\{"f":(.*)\}$/, '$1');
}

const max64 = '18446744073709551615';
const direction = () => proto.enum(['NONE', 'IN', 'OUT']);
const point = () => proto.message({ x: proto.uint32(), y: proto.uint32() });

interface Table {
  readonly type: string;
  readonly field: TSchema;
  /** JSON that is taken, and how it is printed; `absent` for what is not. */
  readonly taken: readonly (readonly [text: string, printed: string])[];
  readonly refused: readonly string[];
}

const wholeNumbers = {
  taken: [
    ['7', '7'],
    ['0', 'absent'],
    ['4294967295', '4294967295'],
    ['"7"', '7'],
    ['" 8 "', '8'],
    ['"0"', 'absent'],
    ['"null"', 'absent'],
    ['null', 'absent'],
  ],
  refused: [
    '-1',
    '-0',
    '1.5',
    '10.0',
    '1e2',
    '"1.5"',
    '"10.0"',
    '"1e2"',
    '"-0"',
    '"+7"',
    '"007"',
    '""',
    '" "',
    '"x"',
    '"7 7"',
    '"\\t7"',
    '"\\u00a07"',
    '"NaN"',
    'true',
    '[]',
    '{}',
  ],
} as const;

const tables: readonly Table[] = [
  {
    type: 'string',
    field: proto.string(),
    taken: [
      ['"x"', '"x"'],
      ['"ä😀<&>"', '"ä😀<&>"'],
      ['""', 'absent'],
      ['null', 'absent'],
    ],
    refused: ['1', '1.0', 'true', '[]', '{}'],
  },
  {
    type: 'bool',
    field: proto.bool(),
    taken: [
      ['true', 'true'],
      ['false', 'absent'],
      ['null', 'absent'],
    ],
    refused: ['"true"', '0', '1', '1.0', '[]', '{}'],
  },
  {
    type: 'uint32',
    field: proto.uint32(),
    taken: wholeNumbers.taken,
    refused: [...wholeNumbers.refused, '4294967296', '"4294967296"', `1${'0'.repeat(30)}`],
  },
  {
    type: 'uint64',
    field: proto.uint64(),
    taken: [
      ['7', '"7"'],
      [max64, `"${max64}"`],
      [`"${max64}"`, `"${max64}"`],
      ['9007199254740993', '"9007199254740993"'],
      ['0', 'absent'],
      ['"null"', 'absent'],
    ],
    refused: [...wholeNumbers.refused, '18446744073709551616', '"18446744073709551616"'],
  },
  {
    type: 'double in a wrapper',
    field: proto.doubleValue(),
    taken: [
      ['0', '0'],
      ['0.0', '0'],
      ['-1.5', '-1.5'],
      ['1e2', '100'],
      ['"12.5"', '12.5'],
      ['" 1e2 "', '100'],
      ['33.333333333', '33.333333333'],
      ['1e-7', '1e-7'],
      ['0.000001', '0.000001'],
      ['1e21', '1e+21'],
      ['100000000000000000000', '100000000000000000000'],
      ['"NaN"', '"NaN"'],
      ['"Infinity"', '"Infinity"'],
      ['"-Infinity"', '"-Infinity"'],
      ['"null"', '0'],
      ['null', 'absent'],
    ],
    refused: [
      '"x"',
      '""',
      '"nan"',
      '"+1"',
      '".5"',
      '"1."',
      '"01"',
      '"0x1"',
      '1e400',
      '"1e400"',
      'true',
      '[]',
      '{}',
      '{"value":1}',
    ],
  },
  {
    type: 'float in a wrapper',
    field: proto.floatValue(),
    taken: [
      ['0', '0'],
      ['33.333333333', '33.333332'],
      ['0.1', '0.1'],
      ['16777217', '16777216'],
      ['3.4e38', '3.4e+38'],
      ['"99.9"', '99.9'],
      ['"NaN"', '"NaN"'],
      ['123456789', '123456790'],
    ],
    refused: ['3.5e38', '"1e39"', '"x"', 'true', '{"value":1}'],
  },
  {
    type: 'enum',
    field: direction(),
    taken: [
      ['"NONE"', 'absent'],
      ['"IN"', '"IN"'],
      ['0', 'absent'],
      ['-0', 'absent'],
      ['2', '"OUT"'],
      ['3', '3'],
      ['-1', '-1'],
      ['2147483647', '2147483647'],
      ['-2147483648', '-2147483648'],
      ['null', 'absent'],
    ],
    refused: [
      '"in"',
      '"BOTH"',
      '""',
      '"1"',
      '"null"',
      '1.0',
      '1e0',
      '1.5',
      '2147483648',
      '-2147483649',
      'true',
      '[]',
      '{}',
    ],
  },
  {
    type: 'duration',
    field: proto.duration(),
    taken: [
      ['"90s"', '"90s"'],
      ['"1m30s"', '"90s"'],
      ['"500ms"', '"0.500s"'],
      ['"250us"', '"0.000250s"'],
      ['"1µs"', '"0.000001s"'],
      ['"1ns"', '"0.000000001s"'],
      ['"-1.5s"', '"-1.500s"'],
      ['"0"', '"0s"'],
      ['"0s"', '"0s"'],
      ['"+1h"', '"3600s"'],
      ['".5s"', '"0.500s"'],
      ['"2562047h47m16.854775807s"', '"9223372036.854775807s"'],
      ['"-2562047h47m16.854775807s"', '"-9223372036.854775807s"'],
      ['null', 'absent'],
    ],
    refused: [
      '10',
      '""',
      '"5"',
      '"1d"',
      '"1 s"',
      '" 1s"',
      '"1e3s"',
      '"2562047h47m16.854775808s"',
      'true',
      '[]',
      '{}',
      '{"seconds":1}',
    ],
  },
  {
    type: 'uint32 in a wrapper',
    field: proto.uint32Value(),
    taken: [
      ['7', '7'],
      ['0', '0'],
      ['"0"', '0'],
      ['"null"', '0'],
      ['null', 'absent'],
    ],
    refused: ['-1', '1.5', '4294967296', '{"value":1}', '{}', '[]'],
  },
  {
    type: 'bool in a wrapper',
    field: proto.boolValue(),
    taken: [
      ['true', 'true'],
      ['false', 'false'],
      ['null', 'absent'],
    ],
    refused: ['"false"', '0', '{"value":true}'],
  },
  {
    type: 'string in a wrapper',
    field: proto.stringValue(),
    taken: [
      ['"x"', '"x"'],
      ['""', '""'],
      ['null', 'absent'],
    ],
    refused: ['1', '{"value":"x"}'],
  },
  {
    type: 'bytes in a wrapper',
    field: proto.bytesValue(),
    taken: [
      ['"YQ=="', '"YQ=="'],
      ['"YWI="', '"YWI="'],
      ['"+/+/"', '"+/+/"'],
      ['"YW\\r\\nI="', '"YWI="'],
      ['[97]', '"YQ=="'],
      ['[null]', '"AA=="'],
      ['[0,255]', '"AP8="'],
      ['""', 'absent'],
      ['[]', 'absent'],
      ['null', 'absent'],
    ],
    refused: [
      '"YQ"',
      '"YQ="',
      '"YQ==="',
      '"Y"',
      '"-_-_"',
      '"YQ ="',
      '" YQ=="',
      '"YQ==YQ=="',
      '[256]',
      '[-1]',
      '[1.5]',
      '["a"]',
      '1',
      'true',
      '{}',
      '{"value":"YQ=="}',
    ],
  },
  {
    type: 'message',
    field: point(),
    taken: [
      ['{}', '{}'],
      ['{"x":0}', '{}'],
      ['{"y":2,"x":1}', '{"x":1,"y":2}'],
      ['{"x":null,"z":1}', '{}'],
      ['null', 'absent'],
    ],
    refused: ['[]', '""', '"x"', '1', '1.0', 'true', '{"x":"x"}'],
  },
  {
    type: 'repeated message',
    field: proto.repeated(point()),
    taken: [
      ['[]', 'absent'],
      ['null', 'absent'],
      ['[{"x":1},null,{}]', '[{"x":1},{},{}]'],
    ],
    refused: ['{}', '""', '1', '[1]', '[[]]', '[{"x":true}]'],
  },
  {
    type: 'repeated string',
    field: proto.repeated(proto.string()),
    taken: [['["b",null,"","a"]', '["b","","","a"]']],
    refused: ['"a"', '[1]'],
  },
  {
    type: 'repeated uint32',
    field: proto.repeated(proto.uint32()),
    taken: [['[1,null,0,"2"]', '[1,0,0,2]']],
    refused: ['[1.0]', '{}'],
  },
  {
    type: 'repeated uint64',
    field: proto.repeated(proto.uint64()),
    taken: [[`[0,null,${max64}]`, `["0","0","${max64}"]`]],
    refused: [],
  },
  {
    type: 'repeated bool',
    field: proto.repeated(proto.bool()),
    taken: [['[true,false,null]', '[true,false,false]']],
    refused: [],
  },
  {
    type: 'repeated enum',
    field: proto.repeated(direction()),
    taken: [['["NONE",0,1,null,9]', '["NONE","NONE","IN","NONE",9]']],
    refused: ['["in"]'],
  },
  {
    type: 'enum with a number that has no name',
    field: proto.enum(['NONE', undefined, 'TCP']),
    taken: [
      ['"TCP"', '"TCP"'],
      ['2', '"TCP"'],
      ['1', '1'],
    ],
    refused: ['""', '"undefined"'],
  },
  {
    type: 'repeated bytes',
    field: proto.repeated(proto.bytesValue()),
    taken: [['["YQ==",""]', '["YQ==",null]']],
    refused: [],
  },
  {
    type: 'repeated double',
    field: proto.repeated(proto.doubleValue()),
    taken: [['[null,1.5]', '[0,1.5]']],
    refused: [],
  },
  {
    type: 'map of strings',
    field: proto.map(proto.string()),
    taken: [
      ['{}', 'absent'],
      ['null', 'absent'],
      ['{"b":"2","a":"","c":null}', '{"a":"","b":"2","c":""}'],
      ['{"B":"1","a":"2","_":"3"}', '{"B":"1","_":"3","a":"2"}'],
      ['{"\\uffee":"1","😀":"2"}', '{"\uffee":"1","😀":"2"}'],
    ],
    refused: ['[]', '""', '{"a":1}', '{"a":{}}'],
  },
  {
    type: 'map whose presence counts',
    field: proto.map(proto.string(), { keepEmpty: true }),
    taken: [
      ['{}', '{}'],
      ['null', 'absent'],
    ],
    refused: ['[]'],
  },
  {
    type: 'map of messages',
    field: proto.map(point()),
    taken: [['{"a":null,"b":{"x":1}}', '{"a":{},"b":{"x":1}}']],
    refused: ['{"a":1}'],
  },
  {
    type: 'struct',
    field: proto.struct(),
    taken: [
      ['{}', '{}'],
      ['null', 'absent'],
      ['{"b":1,"a":{"d":null,"c":[1,{"f":"","e":false}]}}', '{"a":{"c":[1,{"e":false,"f":""}],"d":null},"b":1}'],
      ['{"a":10.0,"b":1e2,"c":12345678901234567890}', '{"a":10,"b":100,"c":12345678901234567000}'],
    ],
    refused: ['[]', '""', '1', '1.0', 'true', '{"a":1e400}', '{"a":[{"b":-1e400}]}'],
  },
];

describe.each(tables)('a field of type $type', ({ field, taken, refused }) => {
  it.each(taken.map(([text, printed]) => ({ text, printed })))(
    'takes $text and prints $printed',
    ({ text, printed }) => {
      expect(readField(field, text)).toBe(printed);
    },
  );

  it.each(refused.map((text) => ({ text })))('refuses $text', ({ text }) => {
    expect(readField(field, text)).toBe('refused');
  });
});

describe('the fields of a message', () => {
  const schema = proto.message({
    firstField: proto.uint32({ alt: 'first_field' }),
    other: proto.message({ secondField: proto.string(), inner: point() }),
  });

  it.each([
    { name: 'the JSON name', text: '{"firstField":1}', printed: '{"firstField":1}' },
    { name: 'the alternative name', text: '{"first_field":1}', printed: '{"firstField":1}' },
    {
      name: 'the JSON name when both are given',
      text: '{"firstField":1,"first_field":2}',
      printed: '{"firstField":1}',
    },
    { name: 'the JSON name also when it is null', text: '{"firstField":null,"first_field":2}', printed: '{}' },
    { name: 'no other spelling', text: '{"FirstField":"x","first-field":[]}', printed: '{}' },
    { name: 'no alternative name where there is none', text: '{"other":{"second_field":1}}', printed: '{"other":{}}' },
    { name: 'null as an empty object', text: 'null', printed: '{}' },
  ])('read $name', ({ text, printed }) => {
    expect(read(schema, text)).toBe(printed);
  });

  it('do not read what both names give when the JSON name is broken', () => {
    expect(read(schema, '{"firstField":"x","first_field":2}')).toBe('refused');
  });

  it('name what is dropped, and what may stand there', () => {
    const decoded = decodeProto(
      proto.message({ a: proto.repeated(point()), m: proto.map(point()), s: proto.struct() }),
      {
        a: [{}, { z: 1 }],
        m: { k: { z: 1 } },
        s: { anything: 1 },
        b: {},
      },
    );
    expect(decoded).toEqual({
      ok: true,
      value: {
        value: { a: [{}, {}], m: { k: {} }, s: { anything: 1 } },
        dropped: [
          { path: 'a[1].z', name: 'z', siblings: ['x', 'y'] },
          { path: 'm["k"].z', name: 'z', siblings: ['x', 'y'] },
          { path: 'b', name: 'b', siblings: ['a', 'm', 's'] },
        ],
      },
    });
  });

  it('are not named as dropped under their alternative names', () => {
    expect(decodeProto(schema, { first_field: 1 })).toMatchObject({ ok: true, value: { dropped: [] } });
    expect(decodeProto(schema, { firstField: 1, first_field: 2 })).toMatchObject({ ok: true, value: { dropped: [] } });
  });

  it('are not there when they hold their default values', () => {
    expect(decodeProto(schema, { firstField: 0, other: null })).toStrictEqual({
      ok: true,
      value: { value: {}, dropped: [] },
    });
  });

  it('name the path of the first trouble in the order of the schema', () => {
    const decoded = decodeProto(schema, { other: { inner: { x: true } }, firstField: 1 });
    expect(decoded).toEqual({
      ok: false,
      error: 'other.inner.x: expected a whole number from 0 to 4294967295, got true',
    });
    expect(decodeProto(schema, [])).toEqual({ ok: false, error: 'the object: expected an object, got []' });
  });

  it('are not taken from the prototype of an object', () => {
    expect(
      read(proto.message({ toString: proto.string(), valueOf: proto.message({}, { alt: 'hasOwnProperty' }) }), '{}'),
    ).toBe('{}');
  });
});

describe('a oneof', () => {
  const schema = proto.message({
    before: proto.uint32(),
    text: proto.string({ oneof: 'kind' }),
    number: proto.uint32({ oneof: 'kind' }),
    place: proto.message({ x: proto.uint32() }, { oneof: 'kind' }),
    after: proto.uint32(),
  });

  it.each([
    { name: 'its only member', text: '{"number":1}', printed: '{"number":1}' },
    { name: 'the last member of the table', text: '{"place":{},"number":1,"text":"a"}', printed: '{"place":{}}' },
    { name: 'the last member that is not null', text: '{"place":null,"number":1,"text":"a"}', printed: '{"number":1}' },
    { name: 'a member that holds its default value', text: '{"number":0,"text":"a"}', printed: '{"number":0}' },
    { name: 'an empty text', text: '{"text":""}', printed: '{"text":""}' },
    {
      name: 'its place between other fields',
      text: '{"after":1,"text":"a","before":2}',
      printed: '{"before":2,"text":"a","after":1}',
    },
  ])('keeps $name', ({ text, printed }) => {
    expect(read(schema, text)).toBe(printed);
  });

  it('is refused for trouble in a member that does not win', () => {
    expect(read(schema, '{"text":1,"place":{}}')).toBe('refused');
  });
});

describe('formatProtoDuration', () => {
  it.each([
    [0n, '0s'],
    [90_000_000_000n, '90s'],
    [1_500_000_000n, '1.500s'],
    [1_000_001_000n, '1.000001s'],
    [100_000_000_000_000_001n, '100000000.000000001s'],
    [-1_500_000_000n, '-1.500s'],
    [-1n, '-0.000000001s'],
  ])('prints %d nanoseconds as %s', (nanoseconds, text) => {
    expect(formatProtoDuration(nanoseconds)).toBe(text);
  });
});
