import { nextSnapshot, resourcesByName, revisionOf } from '../../snapshot/mesh-snapshot.js';
import { canonicalJson } from '../../lib/canonical-json.js';
import type { Dataplane, Outbound } from '../../model/dataplane.js';
import type { Resource, Tags } from '../../model/resource.js';
import type { Policy } from '../../pipeline/match-proxy.js';
import {
  listenerItems,
  matchProxy,
  ownItems,
  sectionItems,
  type MatchedPolicies,
  type MatchedType,
} from '../../pipeline/match-proxy.js';
import type { Section } from '../../policies/policy.js';
import { buildRules, itemsFor } from '../../rules/build-rules.js';
import type { RuleItem } from '../../rules/items.js';
import { withVirtualOutbounds } from '../../rules/virtual-outbounds.js';
import type { ProxyClass } from './proxy-class.js';
import { affected, onlyOf, type Question } from './question.js';
import { showDataplanes, type Warning } from './warning.js';

/** True of a policy whose removal would change nothing on any proxy that it reaches, because others override it. */
export function* findOverriding(ask: Question<Policy>): Generator<Warning> {
  const among = withRivals(ask);
  // what has no rival is overridden by none
  if (resourcesByName(among.snapshot, ask.policy.kind.type).size < 2) return;
  const others = new Set<string>();
  const proxies: ProxyClass[] = [];
  const judgeOnce = rememberVerdicts(ask.resource.name);
  const isConcerned = concerns(ask);
  for (const proxy of affected(ask)) {
    const verdict = isConcerned(proxy.dataplane) ? judge(among, proxy.dataplane, judgeOnce) : 'nothing';
    if (verdict === 'effective') return;
    if (verdict === 'nothing') continue;
    proxies.push(proxy);
    for (const name of verdict) others.add(name);
  }
  if (proxies.length === 0) return;
  others.delete(ask.resource.name);
  yield {
    code: 'overridden',
    field: 'spec',
    message: `everything is overridden by ${[...others].sort().join(', ')}: more specific targetRefs win, of equal ones the last by name`,
    ...showDataplanes(proxies),
  };
}

/**
 * The question without those policies of the type that say nothing of what this one is about: of one that only says
 * something of destinations these are most, and they cannot override it.
 */
function withRivals(ask: Question<Policy>): Question<Policy> {
  const { snapshot, policy, resource } = ask;
  const { to, from, single } = policy;
  if (to === undefined || from !== undefined || single !== undefined) return ask;
  const itemsOf = (other: Resource): Items => ownItems(snapshot, policy, other, to);
  const own = itemsOf(resource);
  const isRival = (other: Resource): boolean =>
    itemsOf(other).some(({ subset }) => own.some((item) => canMeet(item.subset, subset)));
  const { type } = policy.kind;
  const revision = revisionOf(snapshot);
  const others = [...resourcesByName(snapshot, type).values()].filter(
    (other) => other.name !== resource.name && !isRival(other),
  );
  const changes = others.map(({ name }) => ({ revision, type, name, resource: undefined }));
  return { ...ask, snapshot: nextSnapshot(snapshot, changes) };
}

/** Whether a destination may have the tags of both. */
const canMeet = (a: Tags, b: Tags): boolean =>
  Object.entries(a).every(([key, value]) => !Object.hasOwn(b, key) || b[key] === value);

/** What the policy is to a proxy: says nothing of it, decides something, or is overridden by those with these names. */
type Verdict = 'nothing' | 'effective' | readonly string[];

/** Whether a policy may say something of a proxy; of one that only says something of destinations that is soon known. */
function concerns({ snapshot, policy, resource }: Question<Policy>): (dataplane: Dataplane) => boolean {
  const { to, from, single } = policy;
  if (to === undefined || from !== undefined || single !== undefined) return () => true;
  const items = ownItems(snapshot, policy, resource, to);
  return (dataplane) =>
    outboundsOf(withVirtualOutbounds(snapshot, dataplane)).some(({ tags = {} }) => itemsFor(items, tags).length > 0);
}

const outboundsOf = ({ spec }: Dataplane): readonly Outbound[] => spec.networking?.outbound ?? [];

type JudgeItems = (items: Items, section: Section<unknown, unknown>, tags: Tags) => Verdict;

/** Proxies that the same policies reach have the very same items, so that each destination is judged once for all. */
function rememberVerdicts(name: string): JudgeItems {
  const known = new Map<Items, { readonly own: Items; readonly verdicts: Map<string, Verdict> }>();
  return (items, section, tags) => {
    const ofItems = known.get(items) ?? {
      own: items.filter(({ origin }) => origin.name === name),
      verdicts: new Map<string, Verdict>(),
    };
    known.set(items, ofItems);
    if (itemsFor(ofItems.own, tags).length === 0) return 'nothing';
    const key = JSON.stringify(tags);
    const verdict = ofItems.verdicts.get(key) ?? judgeItems(itemsFor(items, tags), section, name);
    ofItems.verdicts.set(key, verdict);
    return verdict;
  };
}

function judge({ snapshot, policy, resource }: Question<Policy>, dataplane: Dataplane, judgeTo: JudgeItems): Verdict {
  const matched = matchProxy(snapshot, dataplane, onlyOf(policy));
  const [type] = matched.targetRef;
  if (type === undefined) return 'nothing';
  const others = new Set<string>();
  for (const verdict of judgePlaces(matched, type, resource.name, judgeTo)) {
    if (verdict === 'effective') return verdict;
    if (verdict !== 'nothing') for (const name of verdict) others.add(name);
  }
  return others.size === 0 ? 'nothing' : [...others];
}

/** The verdicts on everything at the proxy to which the type of policy applies, as they are asked for. */
function* judgePlaces(
  matched: MatchedPolicies,
  type: MatchedType,
  name: string,
  judgeTo: JudgeItems,
): Generator<Verdict> {
  const { to, from, single } = type.policy;
  if (to !== undefined) {
    const items = sectionItems(matched, type, to);
    for (const { tags = {} } of outboundsOf(matched.target.dataplane)) yield judgeTo(items, to, tags);
  }
  if (single !== undefined) yield judgeItems(sectionItems(matched, type, single), single, name);
  if (from !== undefined) {
    for (const listener of type.matched.flatMap(({ listeners }) => listeners))
      yield judgeRules(listenerItems(type, listener), from, name);
  }
}

type Items = readonly RuleItem<unknown>[];

/** The items of one place without those of the policy. */
const without = (items: Items, name: string): Items => items.filter(({ origin }) => origin.name !== name);

function judgeItems(items: Items, section: Section<unknown, unknown>, name: string): Verdict {
  const rest = without(items, name);
  if (rest.length === items.length) return 'nothing';
  const confOf = (some: Items): string => canonicalJson(section.merge(some.map(({ conf }) => conf)));
  return rest.length === 0 || confOf(rest) !== confOf(items) ? 'effective' : rest.map(({ origin }) => origin.name);
}

/** Of peers that are not known yet: whether every rule would be the same without the policy. */
function judgeRules(items: Items, section: Section<unknown, unknown>, name: string): Verdict {
  const rulesOf = (some: Items) => buildRules(some, (confs) => section.merge(confs));
  const mine = rulesOf(items).filter(({ origins }) => origins.some((origin) => origin.name === name));
  if (mine.length === 0) return 'nothing';
  const rest = new Map(
    rulesOf(without(items, name)).map(({ subset, conf }) => [canonicalJson(subset), canonicalJson(conf)]),
  );
  return mine.some(({ subset, conf }) => rest.get(canonicalJson(subset)) !== canonicalJson(conf))
    ? 'effective'
    : mine.flatMap(({ origins }) => origins.map((origin) => origin.name));
}
