import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { buildRules, listRules, lookupRule, type Rule } from '../../src/rules/build-rules.js';
import type { RuleItem } from '../../src/rules/items.js';
import { mergeFields } from '../../src/rules/merge.js';
import type { Tags } from '../../src/model/resource.js';
import { policies } from '../../src/registry.js';

type Conf = Readonly<Record<string, number>>;

const service = 'kuma.io/service';
const keys = [service, 'version', 'env', 'team'];
const tags = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom('a', 'b', 'c'), { maxKeys: 4 });
const conf = fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.nat(9), { minKeys: 1 });
const item = fc.record({ subset: tags, conf, name: fc.constantFrom('p1', 'p2', 'p3') });
const items = fc
  .array(item, { maxLength: 8 })
  .map((list) =>
    list.map(({ subset, conf: own, name }): RuleItem<Conf> => ({ subset, conf: own, origin: { mesh: 'm', name } })),
  );

/** What an item says holds for a peer that has all of its tags; later items override. */
const evaluate = (list: readonly RuleItem<Conf>[], peer: Tags): Conf | undefined => {
  const held = list.filter(({ subset }) => Object.entries(subset).every(([key, value]) => peer[key] === value));
  return held.length === 0 ? undefined : (Object.assign({}, ...held.map((each) => each.conf)) as Conf);
};

/** The first rule whose conditions a peer that has every key fulfils. */
const firstRule = (rules: readonly Rule<Conf>[], peer: Tags): Rule<Conf> | undefined =>
  rules.find(({ subset }) => subset.every(({ key, value, not }) => (peer[key] === value) !== not));

const peer = fc.record(Object.fromEntries(keys.map((key) => [key, fc.constantFrom('a', 'b', 'c', 'd')])));

describe('rules', () => {
  it('looked up for a peer are what its items say in order', () => {
    fc.assert(
      fc.property(items, tags, (list, own) => {
        expect(lookupRule(list, own, mergeFields)?.conf).toEqual(evaluate(list, own));
      }),
      { numRuns: 10_000 },
    );
  });

  it('listed hold for every peer that has all tags what a look-up gives', () => {
    fc.assert(
      fc.property(items, peer, (list, own) => {
        const listed = buildRules(list, mergeFields);
        // groups are independent of each other only where they name different services
        const groups = listed.filter((rule) => firstRule([rule], own) !== undefined);
        const confs = groups.map((rule) => rule.conf);
        const expected = evaluate(list, own);
        if (groups.length <= 1) expect(confs[0]).toEqual(expected);
        else expect(confs).toContainEqual(firstRule(listed, own)?.conf);
      }),
      { numRuns: 2_000 },
    );
  });

  it('name every policy that contributes, whatever it is overridden by', () => {
    fc.assert(
      fc.property(items, tags, (list, own) => {
        const held = list.filter(({ subset }) => Object.entries(subset).every(([key, value]) => own[key] === value));
        const names = [...new Set(held.map(({ origin }) => origin.name))].sort();
        expect(lookupRule(list, own, mergeFields)?.origins.map(({ name }) => name) ?? []).toEqual(names);
      }),
    );
  });

  it('are not changed by an item that matches nothing', () => {
    fc.assert(
      fc.property(items, tags, fc.nat(8), (list, own, at) => {
        const stranger: RuleItem<Conf> = {
          subset: { [service]: 'nobody' },
          conf: { x: 99 },
          origin: { mesh: 'm', name: 'z' },
        };
        const more = [...list.slice(0, at), stranger, ...list.slice(at)];
        expect(lookupRule(more, own, mergeFields)?.conf).toEqual(lookupRule(list, own, mergeFields)?.conf);
      }),
    );
  });

  it('of a hostile set are answered soon, and say that they are not all', () => {
    const hostile = Array.from({ length: 64 }, (_, i): RuleItem<Conf> => ({
      subset: Object.fromEntries(
        Array.from({ length: 6 }, (_each, j) => [`k${(i * 7 + j * 5) % 32}`, `v${(i + j) % 3}`]),
      ),
      conf: { x: i },
      origin: { mesh: 'm', name: `p${i}` },
    }));
    const held = hostile[0]?.subset ?? {};
    const { rules, truncated } = listRules(hostile, mergeFields, () => [held, {}]);
    expect(truncated).toBe(true);
    expect(rules.map((rule) => rule.conf)).toEqual([lookupRule(hostile, held, mergeFields)?.conf]);
  });

  it('of one item for all and many for services are all there', () => {
    const many = Array.from({ length: 2001 }, (_, i): RuleItem<Conf> => ({
      subset: i === 0 ? {} : { [service]: `s${i}` },
      conf: { x: i },
      origin: { mesh: 'm', name: 'p' },
    }));
    expect(listRules(many, mergeFields)).toMatchObject({ truncated: false, rules: { length: 2001 } });
  });
});

/** The confs of all examples, by the section of the policy that they stand in. */
const sections = policies.targetRef.flatMap(({ kind, to, from, single, gateway }) =>
  Object.entries({ to, from, single, gateway }).flatMap(([name, section]) => {
    if (section === undefined) return [];
    const confs = kind.examples.flatMap(({ body }) =>
      section.items(body['spec'], { mesh: 'default', name: body.name }).map((each) => each.conf),
    );
    return confs.length === 0 ? [] : [{ name: `${kind.type} ${name}`, section, confs }];
  }),
);

describe('merging confs', () => {
  it.each(sections)('of $name in two steps equals merging in one', ({ section, confs }) => {
    const some = fc.array(fc.constantFrom(...confs), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(some, some, (first, second) => {
        expect(section.merge([section.merge(first), section.merge(second)])).toEqual(
          section.merge([...first, ...second]),
        );
      }),
    );
  });

  it('in two steps equals merging in one', () => {
    // a field has one type, as in every policy
    const object = fc.letrec<{ conf: object }>((tie) => ({
      conf: fc.record(
        {
          number: fc.nat(9),
          list: fc.array(fc.nat(9), { maxLength: 3 }),
          inner: fc.option(tie('conf'), { nil: undefined }),
        },
        { requiredKeys: [] },
      ),
    })).conf;
    fc.assert(
      fc.property(
        fc.array(object, { minLength: 1, maxLength: 3 }),
        fc.array(object, { minLength: 1, maxLength: 3 }),
        (first, second) => {
          expect(mergeFields([mergeFields(first), mergeFields(second)])).toEqual(mergeFields([...first, ...second]));
        },
      ),
    );
  });
});
