import { describe, expect, it } from 'vitest';

import {
  byProtocol,
  byService,
  byServiceOnly,
  byTags,
  checkConnection,
  checkSelectors,
  type Selector,
  type SelectorRules,
} from './selector.js';

interface SelectorCase {
  readonly name: string;
  readonly rules: SelectorRules;
  readonly selectors: readonly Selector[] | undefined;
  readonly violations: readonly string[];
}

const service = { 'kuma.io/service': '*' };
const missing = 'mandatory tag "kuma.io/service" is missing';
const exactlyOne = 'must consist of exactly one tag "kuma.io/service"';

describe('checkSelectors', () => {
  it.each<SelectorCase>([
    { name: 'no list', rules: byTags, selectors: undefined, violations: ['P: must have at least one element'] },
    { name: 'an empty list', rules: byTags, selectors: [], violations: ['P: must have at least one element'] },
    { name: 'an empty list that may be', rules: { mayBeEmpty: true }, selectors: [], violations: [] },
    {
      name: 'slash and star, as selectors may',
      rules: byTags,
      selectors: [{ match: { a: '*', b: '/' } }],
      violations: [],
    },
    {
      name: 'no tags where any do',
      rules: byTags,
      selectors: [{ match: { a: 'b' } }, {}],
      violations: ['P[1].match: must have at least one tag'],
    },
    { name: 'more than one', rules: byTags, selectors: [{ match: service }, { match: service }], violations: [] },
    {
      name: 'more than one where that is too many, after its tags',
      rules: { atMostOne: true, serviceRequired: true },
      selectors: [{ match: service }, {}],
      violations: [`P[1].match: ${missing}`, 'P[1]: there can be at most one selector'],
    },
    {
      name: 'no tags where the service must be',
      rules: byService,
      selectors: [{}],
      violations: ['P[0].match: must have at least one tag', `P[0].match: ${missing}`],
    },
    { name: 'the service and more', rules: byService, selectors: [{ match: { ...service, a: 'b' } }], violations: [] },
    { name: 'only the service', rules: byServiceOnly, selectors: [{ match: service }], violations: [] },
    {
      name: 'no tags where only the service may be',
      rules: byServiceOnly,
      selectors: [{}],
      violations: [`P[0].match: ${exactlyOne}`, `P[0].match: ${missing}`],
    },
    {
      name: 'more than the service',
      rules: byServiceOnly,
      selectors: [{ match: { ...service, 'a"': 'b' } }],
      violations: [
        `P[0].match: ${exactlyOne}`,
        'P[0].match["a\\""]: tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores',
        'P[0].match["a\\""]: tag "a\\"" is not allowed',
      ],
    },
    {
      name: 'another tag than the service',
      rules: byServiceOnly,
      selectors: [{ match: { a: 'b' } }],
      violations: [`P[0].match: ${exactlyOne}`, 'P[0].match["a"]: tag "a" is not allowed', `P[0].match: ${missing}`],
    },
    {
      name: 'a protocol of the list',
      rules: byProtocol('b', 'a'),
      selectors: [{ match: { 'kuma.io/protocol': 'a' } }],
      violations: [],
    },
    {
      name: 'no protocol',
      rules: byProtocol('a'),
      selectors: [{}],
      violations: ['P[0].match: must have at least one tag', 'P[0].match: protocol must be specified'],
    },
    {
      name: 'a protocol in another case',
      rules: byProtocol('b', 'a'),
      selectors: [{ match: { 'kuma.io/protocol': 'A' } }],
      violations: ['P[0].match["kuma.io/protocol"]: must be one of the [b, a]'],
    },
  ])('$name', ({ rules, selectors, violations }) => {
    expect(checkSelectors('P', selectors, rules).map(({ field, message }) => `${field}: ${message}`)).toEqual(
      violations,
    );
  });
});

it('checks sources, then destinations, each by its rules', () => {
  const spec = { sources: [{ match: { a: 'b' } }], destinations: [{}] };
  expect(checkConnection(spec, { sources: byService, destinations: byTags })).toEqual([
    { field: 'sources[0].match', message: missing },
    { field: 'destinations[0].match', message: 'must have at least one tag' },
  ]);
});
