import { serviceTag } from '../../model/dataplane.js';
import { compareBytes } from '../../model/resource.js';
import type { Principal } from '../../plan/listener-plan.js';
import type { SubsetTag } from '../../rules/build-rules.js';
import type { RuleItem } from '../../rules/items.js';

/** Whoever meets all conditions of a rule. */
export const planRule = (subset: readonly SubsetTag[], mesh: string): Principal =>
  allOf(subset.map((tag) => planTag(tag, mesh)));

function planTag({ key, value, not }: SubsetTag, mesh: string): Principal {
  const principal: Principal =
    key === serviceTag ? { kind: 'service', mesh, service: value } : { kind: 'tag', key, value };
  return not ? { kind: 'not', principal } : principal;
}

/**
 * Whoever's last item is one of the chosen, as one expression of which the size grows hardly faster than the number of
 * items and the depth with its logarithm only. Undefined when it is nobody's.
 */
export function planItems<Conf>(
  items: readonly RuleItem<Conf>[],
  isChosen: (conf: Conf) => boolean,
  mesh: string,
): Principal | undefined {
  const last = lastOfEachSubset(items).map(({ subset, conf }) => ({
    principal: allOf(planTags(subset, mesh)),
    chosen: isChosen(conf),
  }));
  return last.length === 0 ? undefined : chooseByLast(last);
}

const planTags = (subset: RuleItem<unknown>['subset'], mesh: string): Principal[] =>
  Object.entries(subset)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) => planTag({ key, value, not: false }, mesh));

/** What a later item for the same clients says anew is never the last. */
function lastOfEachSubset<Conf>(items: readonly RuleItem<Conf>[]): readonly RuleItem<Conf>[] {
  const bySubset = new Map<string, RuleItem<Conf>>();
  for (const item of items) {
    const key = JSON.stringify(Object.entries(item.subset).sort(([a], [b]) => compareBytes(a, b)));
    bySubset.delete(key);
    bySubset.set(key, item);
  }
  return [...bySubset.values()];
}

interface Item {
  readonly principal: Principal;
  readonly chosen: boolean;
}

/** The later half decides for whoever has any of it, the earlier half for all others. */
function chooseByLast(items: readonly Item[]): Principal | undefined {
  const principals = items.map(({ principal }) => principal);
  if (items.every(({ chosen }) => chosen)) return anyOf(principals);
  if (items.every(({ chosen }) => !chosen)) return undefined;
  const middle = Math.floor(items.length / 2);
  const earlier = chooseByLast(items.slice(0, middle));
  const later = chooseByLast(items.slice(middle));
  if (earlier === undefined) return later;
  const untouched: Principal = { kind: 'not', principal: anyOf(principals.slice(middle)) };
  const choices = [...(later === undefined ? [] : [later]), allOf([untouched, earlier])];
  return anyOf(choices);
}

const allOf = (principals: readonly Principal[]): Principal => join('all-of', principals) ?? { kind: 'any' };

const anyOf = (principals: readonly Principal[]): Principal =>
  join('any-of', principals) ?? { kind: 'not', principal: { kind: 'any' } };

const join = (kind: 'all-of' | 'any-of', principals: readonly Principal[]): Principal | undefined =>
  principals.length > 1 ? { kind, principals } : principals[0];
