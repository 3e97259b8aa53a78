import { describe, expect, it } from 'vitest';

import { buildRules, lookupRule, type SubsetTag } from './build-rules.js';
import type { RuleItem } from './items.js';

const service = 'kuma.io/service';
const item = (conf: string, subset: Record<string, string>, name = conf): RuleItem<string> => ({
  subset,
  conf,
  origin: { mesh: 'm', name },
});
const mergeLast = (confs: readonly string[]): string => confs.at(-1) ?? '';
const show = (subset: readonly SubsetTag[]): string =>
  subset.map(({ key, value, not }) => `${key === service ? '' : `${key}=`}${not ? '!' : ''}${value}`).join(',');

// the worked examples of Kuma 2.5, all seen on a running 2.5.11
const examples: { readonly name: string; readonly items: RuleItem<string>[]; readonly rules: string[] }[] = [
  { name: 'no items', items: [], rules: [] },
  { name: 'everything', items: [item('Allow', {})], rules: [' Allow'] },
  {
    name: 'everything, then one service',
    items: [item('Allow', {}), item('Deny', { [service]: 'web' })],
    rules: ['web Deny', '!web Allow'],
  },
  {
    name: 'one service, then everything',
    items: [item('Allow', { [service]: 'web' }), item('Deny', {})],
    rules: ['web Deny', '!web Deny'],
  },
  {
    name: 'two services are two groups, the later first',
    items: [item('Allow', { [service]: 'web' }), item('Deny', { [service]: 'api' })],
    rules: ['api Deny', 'web Allow'],
  },
  {
    name: 'everything and two services',
    items: [item('Deny', {}), item('Allow', { [service]: 'web' }), item('Shadow', { [service]: 'api' })],
    rules: ['web Allow', 'api Shadow', '!api,!web Deny'],
  },
  {
    name: 'a service and a subset of it',
    items: [item('Allow', { [service]: 'web' }), item('Deny', { [service]: 'web', version: 'v1' })],
    rules: ['web,version=v1 Deny', 'web,version=!v1 Allow'],
  },
  {
    name: 'everything, a service, a subset of it',
    items: [item('Deny', {}), item('Allow', { [service]: 'web' }), item('Shadow', { [service]: 'web', version: 'v1' })],
    rules: ['web,version=v1 Shadow', '!web,version=v1 Deny', 'web,version=!v1 Allow', '!web,version=!v1 Deny'],
  },
  {
    name: 'two tags that may meet',
    items: [item('Allow', { env: 'dev' }), item('Deny', { team: 'a' })],
    rules: ['env=dev,team=a Deny', 'env=!dev,team=a Deny', 'env=dev,team=!a Allow'],
  },
  {
    name: 'three values of one tag are three groups',
    items: [item('Allow', { version: 'v1' }), item('Deny', { version: 'v2' }), item('Shadow', { version: 'v3' })],
    rules: ['version=v3 Shadow', 'version=v2 Deny', 'version=v1 Allow'],
  },
  {
    name: 'everything and two values of one tag',
    items: [item('Allow', {}), item('Deny', { version: 'v1' }), item('Shadow', { version: 'v2' })],
    rules: ['version=v2 Shadow', 'version=v1 Deny', 'version=!v1,version=!v2 Allow'],
  },
  {
    name: 'a subset, then a wider one',
    items: [item('Allow', { env: 'dev', team: 'a' }), item('Deny', { env: 'dev' })],
    rules: ['env=dev,team=a Deny', 'env=dev,team=!a Deny'],
  },
  {
    name: 'a subset without and one with a service are connected even when another tag differs',
    items: [item('Allow', { version: 'v1' }), item('Deny', { [service]: 'web', version: 'v2' })],
    rules: ['web,version=v2 Deny', 'web,version=v1 Allow', '!web,version=v1 Allow'],
  },
  {
    name: 'groups are ordered as texts, so that 9 comes before 11 and 10',
    items: Array.from({ length: 12 }, (_, i) => item(`c${i}`, { [service]: `s${i}` })),
    rules: [9, 8, 7, 6, 5, 4, 3, 2, 11, 10, 1, 0].map((i) => `s${i} c${i}`),
  },
];

describe('buildRules', () => {
  it.each(examples)('$name', ({ items, rules }) => {
    expect(buildRules(items, mergeLast).map(({ subset, conf }) => `${show(subset)} ${conf}`)).toEqual(rules);
  });

  it('names every origin once, by name, also those that are overridden', () => {
    const rules = buildRules([item('1', {}, 'zzz'), item('2', {}, 'aaa'), item('3', {}, 'zzz')], mergeLast);
    expect(rules.map(({ conf, origins }) => [conf, origins])).toEqual([
      [
        '3',
        [
          { mesh: 'm', name: 'aaa' },
          { mesh: 'm', name: 'zzz' },
        ],
      ],
    ]);
  });
});

describe('lookupRule', () => {
  const items = [item('all', {}), item('web', { [service]: 'web' }), item('v1', { [service]: 'web', version: 'v1' })];
  it.each([
    { name: 'every tag held', tags: { [service]: 'web', version: 'v1' }, rule: 'web,version=v1 v1' },
    { name: 'one tag held', tags: { [service]: 'web', version: 'v2' }, rule: 'web,version=!v1 web' },
    { name: 'a tag that is absent is not held', tags: { [service]: 'web' }, rule: 'web web' },
    { name: 'no tag held', tags: { [service]: 'api' }, rule: '!web all' },
  ])('$name', ({ tags, rule }) => {
    const found = lookupRule(items, tags, mergeLast);
    expect(found && `${show(found.subset)} ${found.conf}`).toBe(rule);
  });

  it('finds nothing where no item applies', () => {
    expect(lookupRule([item('web', { [service]: 'web' })], { [service]: 'api' }, mergeLast)).toBeUndefined();
  });

  it('is not misled by tags named like properties of objects', () => {
    expect(lookupRule([item('x', { toString: 'x' })], {}, mergeLast)).toBeUndefined();
  });
});
