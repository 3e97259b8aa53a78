import { rememberByBoth, rememberByIdentity, rememberTexts, type TextMemo } from '../lib/remember.js';
import { makeShareList } from '../lib/share-list.js';
import { matchesSelector, serviceTag, type Dataplane } from '../model/dataplane.js';
import { compareBytes, type Resource, type Tags } from '../model/resource.js';
import type { TargetRef } from '../model/target-ref.js';
import type { LegacyPolicy, Policies, Policy, Section } from '../policies/policy.js';
import { lookupConf, lookupRule, type Rule } from '../rules/build-rules.js';
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
): Items => joinItems(matched.map((each) => ownItems(target.snapshot, policy, each.policy, section)));

/** The items of a section of one resource. */
export const ownItems = (
  snapshot: MeshSnapshot,
  policy: Policy,
  resource: Resource,
  section: Section<unknown, unknown>,
): Items => bindToRoute(snapshot, policy.topTargetRef(resource.spec), itemsOf(resource, section));

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

/** What a section adds up to for one peer; undefined when it says nothing of it. */
export const ruleFor = (section: Section<unknown, unknown>, items: Items, tags: Tags): Rule<unknown> | undefined =>
  lookupRule(items, tags, (confs) => section.merge(confs));

/** Confs for peers, by their tags. */
const confsByTags = rememberByIdentity<Items, TextMemo<unknown>>(() => rememberTexts<unknown>());

/** The conf of that rule; the very same one as long as `items` are, which are of this section alone. */
export const confFor = (section: Section<unknown, unknown>, items: Items, tags: Tags): unknown =>
  items.length === 0
    ? undefined
    : confsByTags(items)(keyOfTags(tags), () => lookupConf(items, tags, (confs) => section.merge(confs)));

/** Most peers are asked for by the name of their service alone. */
function keyOfTags(tags: Tags): string {
  const service = tags[serviceTag];
  return service !== undefined && Object.keys(tags).length === 1 ? ` ${service}` : JSON.stringify(tags);
}
