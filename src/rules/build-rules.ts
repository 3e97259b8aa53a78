import { serviceTag, tagOf } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';
import type { Origin, RuleItem } from './items.js';

/** One condition of a rule: the peer has the tag with this value, or has not this value. */
export interface SubsetTag {
  readonly key: string;
  readonly value: string;
  readonly not: boolean;
}

/** A set of peers and the conf that holds for it, with the policies it comes from. */
export interface Rule<Conf> {
  readonly subset: readonly SubsetTag[];
  readonly conf: Conf;
  /** Every contributing policy once, by name; also those that are entirely overridden. */
  readonly origins: readonly Origin[];
}

/** Merges the confs of one rule in order, later ones override; called with at least one conf. */
export type Merge<Conf> = (confs: readonly Conf[]) => Conf;

/**
 * All rules that ordered items add up to, as Kuma 2.5 lists them: each connected group of items by itself, every
 * combination of its tags that some item applies to, rules with more positive tags first.
 */
export function buildRules<Conf>(items: readonly RuleItem<Conf>[], merge: Merge<Conf>): Rule<Conf>[] {
  return groupItems(items)
    .flatMap((group) => enumerateRules(group, merge))
    .map((rule, index) => ({ rule, index, positives: rule.subset.filter(({ not }) => !not).length }))
    .sort((a, b) => b.positives - a.positives || a.index - b.index)
    .map(({ rule }) => rule);
}

/**
 * The rule for one peer of which all tags are known: the items whose tags it holds, merged in order. Undefined when
 * there are none. Its subset says how the peer stands to every tag of the group of items that decides, as far as it has
 * such a tag.
 */
export function lookupRule<Conf>(
  items: readonly RuleItem<Conf>[],
  tags: Tags,
  merge: Merge<Conf>,
): Rule<Conf> | undefined {
  const held = items.filter(({ subset }) =>
    Object.keys(subset).every((key) => Object.hasOwn(tags, key) && tags[key] === subset[key]),
  );
  const first = held[0];
  if (first === undefined) return undefined;
  const known = valuesByKey(takeGroup(new Set(items), first)).filter(([key]) => Object.hasOwn(tags, key));
  const subset = known.flatMap(([key, values]): SubsetTag[] =>
    values.includes(tagOf(tags, key))
      ? [{ key, value: tagOf(tags, key), not: false }]
      : values.map((value) => ({ key, value, not: true })),
  );
  return makeRule(subset, held, merge);
}

/** Connected groups of items, in Kuma's order: by their indexes joined with `:`, as texts, descending. */
function groupItems<Conf>(items: readonly RuleItem<Conf>[]): RuleItem<Conf>[][] {
  const index = new Map(items.map((item, i) => [item, i]));
  const groups: { readonly name: string; readonly group: RuleItem<Conf>[] }[] = [];
  const left = new Set(items);
  for (const seed of left) {
    const group = takeGroup(left, seed).sort((a, b) => (index.get(a) ?? 0) - (index.get(b) ?? 0));
    groups.push({ name: group.map((item) => index.get(item)).join(':'), group });
  }
  return groups.sort((a, b) => compareBytes(b.name, a.name)).map(({ group }) => group);
}

/** Takes the seed and everything connected with it, over any number of steps, out of the items that are left. */
function takeGroup<Conf>(left: Set<RuleItem<Conf>>, seed: RuleItem<Conf>): RuleItem<Conf>[] {
  const group = [seed];
  left.delete(seed);
  for (const member of group) {
    for (const item of left) {
      if (!isConnected(member.subset, item.subset)) continue;
      left.delete(item);
      group.push(item);
    }
  }
  return group;
}

/**
 * Two items are apart exactly if a shared key has different values and not exactly one of the two names a service:
 * equal to every outcome of Kuma 2.5 that does not depend on chance.
 */
function isConnected(a: Tags, b: Tags): boolean {
  const differs = Object.keys(a).some((key) => Object.hasOwn(b, key) && a[key] !== b[key]);
  return !differs || Object.hasOwn(a, serviceTag) !== Object.hasOwn(b, serviceTag);
}

/** Every tag of a group: keys bytewise, and the values of each bytewise. */
function valuesByKey<Conf>(group: readonly RuleItem<Conf>[]): (readonly [key: string, values: readonly string[]])[] {
  const keys = new Map<string, Set<string>>();
  for (const { subset } of group) {
    for (const [key, value] of Object.entries(subset)) keys.set(key, (keys.get(key) ?? new Set()).add(value));
  }
  return [...keys].sort(([a], [b]) => compareBytes(a, b)).map(([key, values]) => [key, [...values].sort(compareBytes)]);
}

/**
 * Kuma counts a binary number over all tags, the first tag being the lowest digit and 1 meaning "not", and leaves out
 * what asks for two values of one key. That is: per key the values from last to first, then none of them; the first
 * key changes fastest; and the combination without any "not" comes last instead of first.
 */
function enumerateRules<Conf>(group: readonly RuleItem<Conf>[], merge: Merge<Conf>): Rule<Conf>[] {
  const keys = valuesByKey(group);
  const rules: Rule<Conf>[] = [];
  const extend = (at: number, chosen: readonly SubsetTag[], items: readonly RuleItem<Conf>[]): void => {
    // what no item applies to any more gives no rule, whatever is chosen for the other keys
    if (items.length === 0) return;
    const entry = keys[at];
    if (entry === undefined) {
      rules.push(makeRule(chosen, items, merge));
      return;
    }
    const [key, values] = entry;
    for (const value of [...values].reverse()) {
      extend(
        at - 1,
        [{ key, value, not: false }, ...chosen],
        items.filter(({ subset }) => !Object.hasOwn(subset, key) || subset[key] === value),
      );
    }
    const none = values.map((value) => ({ key, value, not: true }));
    extend(
      at - 1,
      [...none, ...chosen],
      items.filter(({ subset }) => !Object.hasOwn(subset, key)),
    );
  };
  extend(keys.length - 1, [], group);
  const first = rules[0];
  const hasNoNegation =
    keys.every(([, values]) => values.length === 1) && first?.subset.every(({ not }) => !not) === true;
  return first !== undefined && hasNoNegation ? [...rules.slice(1), first] : rules;
}

function makeRule<Conf>(
  subset: readonly SubsetTag[],
  items: readonly RuleItem<Conf>[],
  merge: Merge<Conf>,
): Rule<Conf> {
  const origins = new Map(items.map(({ origin }) => [`${origin.mesh}/${origin.name}`, origin]));
  return {
    subset,
    conf: merge(items.map(({ conf }) => conf)),
    origins: [...origins.values()].sort((a, b) => compareBytes(a.name, b.name)),
  };
}
