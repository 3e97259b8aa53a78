import { rememberByBoth, rememberByIdentity, rememberTexts, type TextMemo } from '../lib/remember.js';
import { makeShareList } from '../lib/share-list.js';
import { matchesSelector, type Dataplane } from '../model/dataplane.js';
import { compareBytes, type Resource, type Tags } from '../model/resource.js';
import type { TargetRef } from '../model/target-ref.js';
import type { LegacyPolicy, Policies, Policy, Section } from '../policies/policy.js';
import { lookupRule, type Rule } from '../rules/build-rules.js';
import type { RuleItem } from '../rules/items.js';
import { matchLegacy, type LegacyMatch, type LegacyReader } from '../rules/match-legacy.js';
import { bindToRoute } from '../rules/route-items.js';
import {
  matchPolicies,
  targetOf,
  type GatewayTags,
  type InboundListener,
  type Matched,
  type PolicyReader,
  type Target,
} from '../rules/select.js';
import { withVirtualOutbounds } from '../rules/virtual-outbounds.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';

export type { LegacyPolicy, Policies, Policy };

/** A policy type and its resources that reach a proxy, in the order in which they are merged; at least one. */
export interface MatchedType {
  readonly policy: Policy;
  readonly matched: readonly Matched[];
}

/** Every policy that reaches a proxy. */
export interface MatchedPolicies {
  readonly target: Target;
  /** In the order in which they edit the plan. */
  readonly targetRef: readonly MatchedType[];
  readonly legacy: readonly LegacyMatch[];
}

/** The policies that reach a proxy, which is seen with all outbounds that it has. */
export function matchProxy(snapshot: MeshSnapshot, declared: Dataplane, policies: Policies): MatchedPolicies {
  const dataplane = withVirtualOutbounds(snapshot, declared);
  const target = targetOf(snapshot, dataplane);
  const matched = matchPolicies(target, readersOf(policies.targetRef));
  return {
    target,
    targetRef: policies.targetRef.flatMap((policy) => {
      const ofType = matched.get(policy.kind.type);
      return ofType === undefined ? [] : [{ policy, matched: ofType }];
    }),
    legacy: matchLegacy(snapshot, dataplane, legacyReadersOf(policies.legacy)),
  };
}

const readersOf = rememberByIdentity((all: readonly Policy[]): readonly PolicyReader[] =>
  all.map((policy) => ({
    type: policy.kind.type,
    topTargetRef: (spec) => policy.topTargetRef(spec),
    gatewayTags: gatewayTagsOf(policy),
  })),
);

/** What the tags of a policy's top-level targetRef to a MeshGateway are compared with. */
export const gatewayTagsOf = (policy: Policy): GatewayTags => (policy.gateway === undefined ? 'own' : 'all');

const legacyReadersOf = rememberByIdentity((legacy: readonly LegacyPolicy[]) =>
  legacy.map((policy): LegacyReader => ({
    type: policy.kind.type,
    matching: policy.matching,
    ...(policy.destinations === undefined ? {} : { destinations: (spec) => policy.destinations?.(spec) ?? [] }),
  })),
);

type Items = readonly RuleItem<unknown>[];

/** The items of a section of one policy. */
const itemsOf = rememberByBoth(({ mesh, name, spec }: Resource, section: Section<unknown, unknown>): Items =>
  section.items(spec, { mesh, name }),
);

const shareParts = makeShareList<Items>();
const joinParts = rememberByIdentity((parts: readonly Items[]): Items => parts.flat());

/** The items of several policies in a row; the very same list for the same policies. */
const joinItems = (parts: readonly Items[]): Items => joinParts(shareParts(parts));

/** The items of a section of all policies that reach the proxy, in the order of merging. */
export const sectionItems = (
  { target }: MatchedPolicies,
  { policy, matched }: MatchedType,
  section: Section<unknown, unknown>,
): Items =>
  joinItems(
    matched.map((each) =>
      bindToRoute(target.snapshot, policy.topTargetRef(each.policy.spec), itemsOf(each.policy, section)),
    ),
  );

/** The items for a gateway's listener with these tags, in the order of merging: fewer tags, then names. */
export function gatewayItems({ policy, matched }: MatchedType, listener: Tags): readonly RuleItem<unknown>[] {
  const { gateway } = policy;
  if (gateway === undefined) return [];
  return matched
    .map((each) => ({ ...each.policy, ref: policy.topTargetRef(each.policy.spec) }))
    .filter(({ ref }) => ref.kind === 'MeshGateway' && matchesSelector(listener, ref.tags ?? {}))
    .sort((a, b) => countTags(a.ref) - countTags(b.ref) || compareBytes(a.name, b.name))
    .flatMap(({ mesh, name, spec }) => gateway.items(spec, { mesh, name }));
}

const countTags = ({ tags = {} }: TargetRef): number => Object.keys(tags).length;

/** True for the listeners on which a policy reaches its proxy. */
export const reachesListener = ({ listeners }: Matched, { address, port }: InboundListener): boolean =>
  listeners.some((each) => each.address === address && each.port === port);

/** The items of `from` of those policies that reach one listener. */
export function listenerItems({ policy: { from }, matched }: MatchedType, listener: InboundListener): Items {
  if (from === undefined) return [];
  return joinItems(matched.filter((each) => reachesListener(each, listener)).map((each) => itemsOf(each.policy, from)));
}

/** What items add up to for peers, by their tags. */
const rulesByTags = rememberByIdentity<Items, TextMemo<Rule<unknown> | undefined>>(() =>
  rememberTexts<Rule<unknown> | undefined>(),
);

/** What a section adds up to for one peer; undefined when it says nothing of it. `items` are of this section alone. */
export const ruleFor = (section: Section<unknown, unknown>, items: Items, tags: Tags): Rule<unknown> | undefined =>
  items.length === 0
    ? undefined
    : rulesByTags(items)(JSON.stringify(tags), () => lookupRule(items, tags, (confs) => section.merge(confs)));
