import { rememberByBoth, rememberByIdentity } from '../lib/remember.js';
import { isBuiltinGateway, serviceTag } from '../model/dataplane.js';
import { formatAddress } from '../model/net.js';
import type { Resource, Tags } from '../model/resource.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import type { AppliedRules, FromRules, LegacyMatches, LegacyPolicy, Policies, Section } from '../policies/policy.js';
import { listRules } from '../rules/build-rules.js';
import type { RuleItem } from '../rules/items.js';
import { selectForGateway, selectForSplit } from '../rules/gateway-policies.js';
import type { LegacyResource } from '../rules/legacy-selection.js';
import { inboundName, type LegacyMatch } from '../rules/match-legacy.js';
import { routeTag } from '../rules/route-items.js';
import type { InboundListener } from '../rules/select.js';
import { resourcesOf } from '../snapshot/mesh-snapshot.js';
import { settleResources } from '../translate/patch/settle-resources.js';
import type { Translation } from '../translate/translation.js';
import {
  confFor,
  gatewayItems,
  listenerItems,
  reachesListener,
  sectionItems,
  type MatchedPolicies,
  type MatchedType,
} from './match-proxy.js';

/** What the policies of each type that reach a proxy add up to, ready to be applied. */
export interface Applicable {
  readonly matched: MatchedPolicies;
  readonly rules: readonly { readonly type: MatchedType; readonly rules: AppliedRules<unknown> }[];
  readonly legacy: readonly { readonly policy: LegacyPolicy; readonly matches: LegacyMatches<unknown> }[];
}

type ByPlace = ReadonlyMap<string, LegacyMatch>;

const noMatches: ByPlace = new Map();

/** By type, then by the type and name of the attachment. */
const sortMatches = rememberByIdentity((matches: readonly LegacyMatch[]): ReadonlyMap<string, ByPlace> => {
  const byType = new Map<string, Map<string, LegacyMatch>>();
  for (const match of matches) {
    const ofType = byType.get(match.type) ?? new Map<string, LegacyMatch>();
    byType.set(match.type, ofType.set(`${match.at.type} ${match.at.name}`, match));
  }
  return byType;
});

/** Makes the rules and matches of a proxy ready, of older policies only where they act; what they add up to is worked out when it is asked for. */
export function makeApplicable(matched: MatchedPolicies, { legacy }: Policies): Applicable {
  const { snapshot, dataplane } = matched.target;
  const byType = sortMatches(matched.legacy);
  const isGateway = isBuiltinGateway(dataplane.spec);
  return {
    matched,
    rules: matched.targetRef.map((type) => ({ type, rules: rulesOf(matched, type) })),
    legacy: legacy.flatMap((policy) => {
      const { type } = policy.kind;
      const attached = byType.get(type);
      if (attached === undefined && !isGateway && policy.actsUnattached !== true) return [];
      const all = () => resourcesOf(snapshot, type) as readonly LegacyResource[];
      return [{ policy, matches: matchesOf(attached ?? noMatches, all) }];
    }),
  };
}

/** The plan with what policies must know of each other before any of them edits it. */
export function announcePolicies(base: ProxyPlan, { rules }: Applicable): ProxyPlan {
  let plan = base;
  for (const each of rules) plan = each.type.policy.announce?.(plan, each.rules) ?? plan;
  return plan;
}

/** The plan as the older policies want it, which come first. */
export function applyLegacy(announced: ProxyPlan, { matched, legacy }: Applicable): ProxyPlan {
  const { snapshot } = matched.target;
  let plan = announced;
  for (const each of legacy) plan = each.policy.apply?.(plan, each.matches, snapshot) ?? plan;
  return plan;
}

/** The plan as those with targetRefs want it, which come last. */
export function applyRules(legacyPlan: ProxyPlan, { matched, rules }: Applicable): ProxyPlan {
  const { snapshot } = matched.target;
  let plan = legacyPlan;
  for (const each of rules) plan = each.type.policy.apply?.(plan, each.rules, snapshot) ?? plan;
  return plan;
}

/** Of the older policies only those that patch what is made of a plan. */
const onlyPatching = rememberByIdentity(({ targetRef, legacy }: Policies): Policies => ({
  targetRef,
  legacy: legacy.filter((policy) => policy.add !== undefined || policy.patch !== undefined),
}));

/** What was made of the plan as those policies want it that patch it: those with targetRefs first. */
export function patchTranslation(translation: Translation, matched: MatchedPolicies, policies: Policies): Translation {
  const targetRef = matched.targetRef.filter((type) => type.policy.patch !== undefined);
  const { rules, legacy } = makeApplicable({ ...matched, targetRef }, onlyPatching(policies));
  let patched = translation;
  for (const each of legacy) patched = each.policy.add?.(patched, each.matches) ?? patched;
  for (const each of rules) patched = each.type.policy.patch?.(patched, each.rules) ?? patched;
  for (const each of legacy) patched = each.policy.patch?.(patched, each.matches) ?? patched;
  return patched === translation ? translation : settleResources(patched);
}

/** The patches that `patchTranslation` leaves out, at least in part: values as they stand in specs. */
export function findLeftOut(translation: Translation, { rules, legacy }: Applicable): ReadonlySet<unknown> {
  const leftOut = new Set<unknown>();
  const note = (found: ReadonlySet<unknown> | undefined): void => {
    for (const each of found ?? []) leftOut.add(each);
  };
  let patched = translation;
  for (const each of legacy) patched = each.policy.add?.(patched, each.matches) ?? patched;
  for (const each of rules) {
    note(each.type.policy.patches?.findLeftOut(patched, each.rules));
    patched = each.type.policy.patch?.(patched, each.rules) ?? patched;
  }
  for (const each of legacy) {
    note(each.policy.patches?.findLeftOut(patched, each.matches));
    patched = each.policy.patch?.(patched, each.matches) ?? patched;
  }
  return leftOut;
}

function rulesOf(matched: MatchedPolicies, type: MatchedType): AppliedRules<unknown> {
  const { to, from, single } = type.policy;
  const toItems = to === undefined ? [] : sectionItems(matched, type, to);
  return {
    hasTo: toItems.length > 0,
    to: (tags: Tags) => (to === undefined ? undefined : confFor(to, toItems, tags)),
    toAll: () => (to === undefined || toItems.some(isOfService) ? undefined : confFor(to, toItems, {})),
    from: (listener) => listFrom(type, listener).rules,
    listFrom: (listener) => listFrom(type, listener),
    reaches: (listener) => type.matched.some((matched) => reachesListener(matched, listener)),
    fromAll: (listener) => (from === undefined ? undefined : confFor(from, listenerItems(type, listener), {})),
    gateway: (tags) => {
      const { gateway } = type.policy;
      return gateway && confFor(gateway, gatewayItems(type, tags), {});
    },
    single: () => (single === undefined ? undefined : confFor(single, sectionItems(matched, type, single), {})),
  };
}

/** About one service; what is about a single route hides nothing from the rest of the traffic. */
const isOfService = ({ subset }: RuleItem<unknown>): boolean =>
  Object.hasOwn(subset, serviceTag) && !Object.hasOwn(subset, routeTag);

function listFrom(type: MatchedType, listener: InboundListener): FromRules<unknown> {
  const { from } = type.policy;
  if (from === undefined) return { rules: [], truncated: false, items: [] };
  return listRulesOnce(listenerItems(type, listener), from);
}

const listRulesOnce = rememberByBoth(
  (items: readonly RuleItem<unknown>[], section: Section<unknown, unknown>): FromRules<unknown> => ({
    ...listRules(items, (confs) => section.merge(confs)),
    items,
  }),
);

/** Attachments by type and name; `all` are the policies of the type. */
function matchesOf(byPlace: ByPlace, all: () => readonly LegacyResource[]): LegacyMatches<unknown> {
  const first = (place: string): Resource | undefined => byPlace.get(place)?.policies[0];
  return {
    inbound: ({ address, port, workloadPort }) =>
      byPlace.get(`inbound ${inboundName(address, port, workloadPort)}`)?.policies ?? [],
    outbound: (outbound) => {
      const match = byPlace.get(`outbound ${formatAddress(outbound)}`);
      const policy = match?.policies[0];
      return policy === undefined ? undefined : { policy, tags: match?.tags ?? outbound.tags };
    },
    service: (service) => first(`service ${service}`),
    cluster: ({ gateway, service }) =>
      gateway === undefined ? first(`service ${service}`) : selectForGateway(all(), gateway),
    split: (uses) => selectForSplit(all(), uses),
    proxy: () => first('dataplane '),
  };
}
