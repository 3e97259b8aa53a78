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

/** Rules, and whether they are only some of those that there are. */
export interface RuleList<Conf> {
  readonly rules: readonly Rule<Conf>[];
  readonly truncated: boolean;
}

/** Combinations of tags that are looked at before a list is cut. */
const maxCombinations = 10_000;

/**
 * All rules that ordered items add up to, as Kuma 2.5 lists them: each connected group of items by itself, every
 * combination of its tags that some item applies to, rules with more positive tags first. Where there are too many
 * combinations, those rules alone that hold for the given peers.
 */
export function listRules<Conf>(
  items: readonly RuleItem<Conf>[],
  merge: Merge<Conf>,
  peers: () => Iterable<Tags> = () => [],
): RuleList<Conf> {
  const groups = groupItems(items);
  const combinations = enumerateAll(groups);
  const found = combinations ?? combinationsOfPeers(groups, peers());
  const rules = found.map(({ subset, held }) => makeRule(subset, held, merge));
  return { rules: sortRules(rules), truncated: combinations === undefined };
}

/** As `listRules` for items of which there are few: without the cut. */
export const buildRules = <Conf>(items: readonly RuleItem<Conf>[], merge: Merge<Conf>): readonly Rule<Conf>[] =>
  listRules(items, merge).rules;

const sortRules = <Conf>(rules: readonly Rule<Conf>[]): Rule<Conf>[] =>
  rules
    .map((rule, index) => ({ rule, index, positives: rule.subset.filter(({ not }) => !not).length }))
    .sort((a, b) => b.positives - a.positives || a.index - b.index)
    .map(({ rule }) => rule);

/** Tags of a peer, as far as items ask for them, and the items that it holds, in order. */
interface Combination<Conf> {
  readonly subset: readonly SubsetTag[];
  readonly held: readonly RuleItem<Conf>[];
}

const holds = (tags: Tags, { subset }: RuleItem<unknown>): boolean =>
  Object.keys(subset).every((key) => Object.hasOwn(tags, key) && tags[key] === subset[key]);

/** The items of which a peer holds all tags, in their order. */
export const itemsFor = <Conf>(items: readonly RuleItem<Conf>[], tags: Tags): readonly RuleItem<Conf>[] =>
  items.filter((item) => holds(tags, item));

/** How a peer stands to every tag of a group, as far as it has such a tag. */
const standsTo = (keys: Keys, tags: Tags): SubsetTag[] =>
  keys
    .filter(([key]) => Object.hasOwn(tags, key))
    .flatMap(([key, values]): SubsetTag[] =>
      values.includes(tagOf(tags, key))
        ? [{ key, value: tagOf(tags, key), not: false }]
        : values.map((value) => ({ key, value, not: true })),
    );

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
  const held = itemsFor(items, tags);
  const first = held[0];
  if (first === undefined) return undefined;
  return makeRule(standsTo(valuesByKey(groupOf(items, first)), tags), held, merge);
}

/** The conf of that rule alone, which is found sooner. */
export function lookupConf<Conf>(items: readonly RuleItem<Conf>[], tags: Tags, merge: Merge<Conf>): Conf | undefined {
  const held = itemsFor(items, tags);
  return held.length === 0 ? undefined : merge(held.map(({ conf }) => conf));
}

/** The combinations of tags that peers have, each once. */
function combinationsOfPeers<Conf>(
  groups: readonly (readonly RuleItem<Conf>[])[],
  peers: Iterable<Tags>,
): readonly Combination<Conf>[] {
  const withKeys = groups.map((group) => ({ group, keys: valuesByKey(group) }));
  const found = new Map<string, Combination<Conf>>();
  for (const tags of peers) {
    for (const { group, keys } of withKeys) {
      const held = itemsFor(group, tags);
      if (held.length === 0) continue;
      const subset = standsTo(keys, tags);
      found.set(JSON.stringify(subset), { subset, held });
    }
  }
  return [...found].sort(([a], [b]) => compareBytes(a, b)).map(([, combination]) => combination);
}

/** Connected groups of items, in Kuma's order: by their indexes joined with `:`, as texts, descending. */
function groupItems<Conf>(items: readonly RuleItem<Conf>[]): readonly (readonly RuleItem<Conf>[])[] {
  const index = new Map(items.map((item, i) => [item, i]));
  return splitItems(items)
    .map((group) => ({ name: group.map((item) => index.get(item)).join(':'), group }))
    .sort((a, b) => compareBytes(b.name, a.name))
    .map(({ group }) => group);
}

/** The group of the items to which one belongs. */
const groupOf = <Conf>(items: readonly RuleItem<Conf>[], member: RuleItem<Conf>): readonly RuleItem<Conf>[] =>
  splitItems(items).find((group) => group.includes(member)) ?? [];

/**
 * Two items are apart exactly if a shared key has different values and not exactly one of the two names a service:
 * equal to every outcome of Kuma 2.5 that does not depend on chance. So one item without a service holds all together
 * that have one, and without such an item those of different services are apart.
 */
function splitItems<Conf>(items: readonly RuleItem<Conf>[]): readonly (readonly RuleItem<Conf>[])[] {
  const byService = new Map<string, RuleItem<Conf>[]>();
  const anyService: RuleItem<Conf>[] = [];
  for (const item of items) {
    if (!Object.hasOwn(item.subset, serviceTag)) {
      anyService.push(item);
      continue;
    }
    const service = tagOf(item.subset, serviceTag);
    const known = byService.get(service);
    if (known === undefined) byService.set(service, [item]);
    else known.push(item);
  }
  if (byService.size === 0) return connect(anyService);
  return anyService.length > 0 ? [items] : [...byService.values()].flatMap(connect);
}

/** Items of which all or none name a service, connected over any number of steps. */
function connect<Conf>(items: readonly RuleItem<Conf>[]): RuleItem<Conf>[][] {
  const left = new Set(items);
  const groups: RuleItem<Conf>[][] = [];
  for (const seed of left) {
    const group = new Set([seed]);
    left.delete(seed);
    for (const member of group) {
      for (const item of left) {
        if (differ(member.subset, item.subset)) continue;
        left.delete(item);
        group.add(item);
      }
    }
    groups.push(items.filter((item) => group.has(item)));
  }
  return groups;
}

const differ = (a: Tags, b: Tags): boolean => Object.keys(a).some((key) => Object.hasOwn(b, key) && a[key] !== b[key]);

/** Keys of tags and the values that are asked for. */
type Keys = readonly (readonly [key: string, values: readonly string[]])[];

/** Every tag of a group: keys bytewise, and the values of each bytewise. */
function valuesByKey<Conf>(group: readonly RuleItem<Conf>[]): (readonly [key: string, values: readonly string[]])[] {
  const keys = new Map<string, Set<string>>();
  for (const { subset } of group) {
    for (const [key, value] of Object.entries(subset)) keys.set(key, (keys.get(key) ?? new Set()).add(value));
  }
  return [...keys].sort(([a], [b]) => compareBytes(a, b)).map(([key, values]) => [key, [...values].sort(compareBytes)]);
}

/** The combinations of all groups; undefined when there are too many. */
function enumerateAll<Conf>(groups: readonly (readonly RuleItem<Conf>[])[]): Combination<Conf>[] | undefined {
  const budget = { left: maxCombinations };
  const found: Combination<Conf>[] = [];
  for (const group of groups) {
    found.push(...enumerateGroup(group, budget));
    if (budget.left <= 0) return undefined;
  }
  return found;
}

/**
 * Kuma counts a binary number over all tags, the first tag being the lowest digit and 1 meaning "not", and leaves out
 * what asks for two values of one key. That is: per key the values from last to first, then none of them; the first
 * key changes fastest; and the combination without any "not" comes last instead of first.
 */
function enumerateGroup<Conf>(group: readonly RuleItem<Conf>[], budget: { left: number }): Combination<Conf>[] {
  const keys = valuesByKey(group);
  const found: Combination<Conf>[] = [];
  const order = new Map(group.map((item, i) => [item, i]));
  const extend = (at: number, chosen: readonly SubsetTag[], held: readonly RuleItem<Conf>[]): void => {
    // what no item applies to any more gives no rule, whatever is chosen for the other keys
    if (held.length === 0 || budget.left <= 0) return;
    budget.left--;
    const entry = keys[at];
    if (entry === undefined) {
      found.push({ subset: chosen, held });
      return;
    }
    const [key, values] = entry;
    const { without, byValue } = splitByKey(held, key);
    for (const value of [...values].reverse()) {
      const own = byValue.get(value);
      const next = own === undefined ? without : mergeInOrder(without, own, order);
      extend(at - 1, [{ key, value, not: false }, ...chosen], next);
    }
    const none = values.map((value) => ({ key, value, not: true }));
    extend(at - 1, [...none, ...chosen], without);
  };
  extend(keys.length - 1, [], group);
  const first = found[0];
  const hasNoNegation =
    keys.every(([, values]) => values.length === 1) && first?.subset.every(({ not }) => !not) === true;
  return first !== undefined && hasNoNegation ? [...found.slice(1), first] : found;
}

/** Both lists as one, in the order of the items. */
function mergeInOrder<Conf>(
  a: readonly RuleItem<Conf>[],
  b: readonly RuleItem<Conf>[],
  order: ReadonlyMap<RuleItem<Conf>, number>,
): readonly RuleItem<Conf>[] {
  if (a.length === 0) return b;
  return [...a, ...b].sort((x, y) => (order.get(x) ?? 0) - (order.get(y) ?? 0));
}

/** Items that do not ask for a key, and those that do, by value. */
function splitByKey<Conf>(items: readonly RuleItem<Conf>[], key: string) {
  const without: RuleItem<Conf>[] = [];
  const byValue = new Map<string, RuleItem<Conf>[]>();
  for (const item of items) {
    if (!Object.hasOwn(item.subset, key)) {
      without.push(item);
      continue;
    }
    const value = tagOf(item.subset, key);
    byValue.set(value, [...(byValue.get(value) ?? []), item]);
  }
  return { without, byValue };
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
