import { resourcesByName } from '../../snapshot/mesh-snapshot.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import type { Dataplane } from '../../model/dataplane.js';
import type { Policy } from '../../pipeline/match-proxy.js';
import {
  listenerItems,
  matchProxy,
  ruleFor,
  sectionItems,
  type MatchedPolicies,
  type MatchedType,
} from '../../pipeline/match-proxy.js';
import { buildRules } from '../../rules/build-rules.js';
import { affected, type Question } from './question.js';
import { showDataplanes, type Warning } from './warning.js';

/** True of a policy whose removal would change nothing on any proxy that it reaches, because others override it. */
export function* findOverriding(ask: Question<Policy>): Generator<Warning> {
  const { snapshot, policy, resource } = ask;
  // the only policy of its type is overridden by none
  if (resourcesByName(snapshot, policy.kind.type).size < 2) return;
  const others = new Set<string>();
  const proxies: string[] = [];
  for (const dataplane of affected(ask)) {
    const verdict = judge(ask, dataplane);
    if (verdict === 'effective') return;
    if (verdict === 'nothing') continue;
    proxies.push(dataplane.name);
    for (const name of verdict) others.add(name);
  }
  if (proxies.length === 0) return;
  others.delete(resource.name);
  yield {
    code: 'overridden',
    field: 'spec',
    message: `everything is overridden by ${[...others].sort().join(', ')}: more specific targetRefs win, of equal ones the last by name`,
    ...showDataplanes(proxies),
  };
}

/** `nothing`: the policy says nothing of this proxy; else whether it counts, or the names of those that override it. */
function judge(
  { snapshot, policy, resource }: Question<Policy>,
  dataplane: Dataplane,
): 'effective' | 'nothing' | readonly string[] {
  const matched = matchProxy(snapshot, dataplane, { targetRef: [policy], legacy: [] });
  const [type] = matched.targetRef;
  if (type === undefined) return 'nothing';
  const without: MatchedType = { ...type, matched: type.matched.filter((each) => each.policy.name !== resource.name) };
  const mine = describe(matched, type, resource.name);
  if (mine.length === 0) return 'nothing';
  const rest = new Map(describe(matched, without, undefined).map(({ place, conf }) => [place, conf]));
  if (mine.some(({ place, conf }) => rest.get(place) !== conf)) return 'effective';
  return mine.flatMap(({ origins }) => origins);
}

interface Effect {
  readonly place: string;
  readonly conf: string;
  readonly origins: readonly string[];
}

/** Every conf that holds somewhere at the proxy; with a name only those to which that policy contributes. */
function describe(matched: MatchedPolicies, type: MatchedType, name: string | undefined): readonly Effect[] {
  const { to, from, single } = type.policy;
  const effects: Effect[] = [];
  const add = (
    place: string,
    rule: { readonly conf: unknown; readonly origins: readonly { readonly name: string }[] } | undefined,
  ): void => {
    const origins = (rule?.origins ?? []).map((origin) => origin.name);
    if (rule !== undefined && (name === undefined || origins.includes(name)))
      effects.push({ place, conf: canonicalJson(rule.conf), origins });
  };
  if (to !== undefined) {
    const items = sectionItems(matched, type, to);
    for (const { tags = {} } of matched.target.dataplane.spec.networking?.outbound ?? [])
      add(`to ${canonicalJson(tags)}`, ruleFor(to, items, tags));
  }
  if (single !== undefined) add('single', ruleFor(single, sectionItems(matched, type, single), {}));
  if (from !== undefined) {
    for (const listener of type.matched.flatMap(({ listeners }) => listeners)) {
      const rules = buildRules(listenerItems(type, listener), (confs) => from.merge(confs));
      for (const rule of rules) add(`from ${listener.address}:${listener.port} ${canonicalJson(rule.subset)}`, rule);
    }
  }
  return effects;
}
