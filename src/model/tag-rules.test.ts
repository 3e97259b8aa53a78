import { describe, expect, it } from 'vitest';

import { checkPort, checkProtocolTag, checkTags, tagField, type TagRules } from './tag-rules.js';
import type { Tags } from './resource.js';

const nameMessage = 'tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores';
const tagMessage = 'tag value must consist of alphanumeric characters, dots, dashes and underscores';
const selectorMessage =
  'tag value must consist of alphanumeric characters, dots, dashes, slashes and underscores or be "*"';

interface TagCase {
  readonly name: string;
  readonly rules: TagRules;
  readonly tags: Tags | undefined;
  readonly violations: readonly string[];
}

const show = (violations: readonly { readonly field: string; readonly message: string }[]): string[] =>
  violations.map(({ field, message }) => `${field}: ${message}`);

describe('checkTags', () => {
  it.each<TagCase>([
    { name: 'no tags where none are needed', rules: { values: 'tags' }, tags: undefined, violations: [] },
    {
      name: 'every allowed character of a tag',
      rules: { values: 'tags' },
      tags: { 'aZ0.-_:/': 'aZ0.-_:' },
      violations: [],
    },
    {
      name: 'every allowed character of a selector',
      rules: { values: 'selector' },
      tags: { 'aZ0.-_:/': 'aZ0.-_:/', any: '*' },
      violations: [],
    },
    { name: 'a star in a tag', rules: { values: 'tags' }, tags: { a: '*' }, violations: [`P["a"]: ${tagMessage}`] },
    { name: 'a slash in a tag', rules: { values: 'tags' }, tags: { a: 'b/c' }, violations: [`P["a"]: ${tagMessage}`] },
    {
      name: 'a star among other characters of a selector',
      rules: { values: 'selector' },
      tags: { a: 'b*' },
      violations: [`P["a"]: ${selectorMessage}`],
    },
    {
      name: 'a line feed at the end of a value',
      rules: { values: 'tags' },
      tags: { a: 'b\n' },
      violations: [`P["a"]: ${tagMessage}`],
    },
    {
      name: 'an empty name',
      rules: { values: 'tags' },
      tags: { '': 'x' },
      violations: ['P: tag name must be non-empty'],
    },
    {
      name: 'an empty value',
      rules: { values: 'selector' },
      tags: { a: '' },
      violations: ['P["a"]: tag value must be non-empty'],
    },
    {
      name: 'name and value of one tag, tags in byte order',
      rules: { values: 'tags' },
      tags: { 'b c': 'ä', 'B"': '' },
      violations: [
        `P["B\\""]: ${nameMessage}`,
        'P["B\\""]: tag value must be non-empty',
        `P["b c"]: ${nameMessage}`,
        `P["b c"]: ${tagMessage}`,
      ],
    },
    {
      name: 'no tag where one is needed',
      rules: { values: 'tags', atLeastOne: true },
      tags: {},
      violations: ['P: must have at least one tag'],
    },
    {
      name: 'no tag where the service is needed',
      rules: { values: 'selector', atLeastOne: true, serviceRequired: true },
      tags: undefined,
      violations: ['P: must have at least one tag', 'P: mandatory tag "kuma.io/service" is missing'],
    },
    {
      name: 'the missing service after everything else',
      rules: { values: 'tags', serviceRequired: true },
      tags: { a: '' },
      violations: ['P["a"]: tag value must be non-empty', 'P: mandatory tag "kuma.io/service" is missing'],
    },
    {
      name: 'an empty service, which is not missing',
      rules: { values: 'tags', serviceRequired: true },
      tags: { 'kuma.io/service': '' },
      violations: ['P["kuma.io/service"]: tag value must be non-empty'],
    },
    {
      name: 'the rules of a set in their places',
      rules: {
        values: 'tags',
        atLeastOne: true,
        whole: (path, tags) => (Object.keys(tags).length === 1 ? [{ field: path, message: 'whole' }] : []),
        name: (field, key) => [{ field, message: `name ${key}` }],
      },
      tags: { 'a b': '' },
      violations: [
        'P: whole',
        `P["a b"]: ${nameMessage}`,
        'P["a b"]: name a b',
        'P["a b"]: tag value must be non-empty',
      ],
    },
    {
      name: 'names of the prototype of objects',
      rules: { values: 'tags', serviceRequired: true },
      tags: { toString: 'x' },
      violations: ['P: mandatory tag "kuma.io/service" is missing'],
    },
  ])('finds $name', ({ rules, tags, violations }) => {
    expect(show(checkTags('P', tags, rules))).toEqual(violations);
  });

  it('takes linear time for long values', () => {
    const long = 'a'.repeat(1_000_000);
    expect(checkTags('P', { [long]: `${long}!` }, { values: 'selector' })).toHaveLength(1);
  });
});

it('tagField quotes names as Go does', () => {
  expect(tagField('P', 'a"b\\\u0001ä')).toBe('P["a\\"b\\\\\\x01ä"]');
});

it.each([
  { port: undefined, isValid: false },
  { port: 0, isValid: false },
  { port: 1, isValid: true },
  { port: 65_535, isValid: true },
  { port: 65_536, isValid: false },
])('checkPort of $port', ({ port, isValid }) => {
  expect(checkPort('p', port)).toEqual(
    isValid ? [] : [{ field: 'p', message: 'port must be in the range [1, 65535]' }],
  );
});

it.each([
  { name: 'no tags', tags: undefined, invalid: undefined },
  { name: 'no protocol', tags: { 'kuma.io/service': 'a' }, invalid: undefined },
  ...['grpc', 'http', 'http2', 'kafka', 'tcp', 'TCP', 'Http2'].map((protocol) => ({
    name: protocol,
    tags: { 'kuma.io/protocol': protocol },
    invalid: undefined,
  })),
  ...['', 'udp', 'http3', ' tcp', 'tc\np'].map((protocol) => ({
    name: JSON.stringify(protocol),
    tags: { 'kuma.io/protocol': protocol },
    invalid: protocol,
  })),
])('checkProtocolTag of $name', ({ tags, invalid }) => {
  expect(show(checkProtocolTag('P', tags))).toEqual(
    invalid === undefined
      ? []
      : [
          `P["kuma.io/protocol"]: tag "kuma.io/protocol" has an invalid value ${JSON.stringify(invalid)}. Allowed values: grpc, http, http2, kafka, tcp`,
        ],
  );
});
