import { matchesSelector, type Dataplane } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';
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
  return {
    target,
    targetRef: policies.targetRef
      .map((policy) => ({ policy, matched: matchPolicies(target, readerOf(policy)) }))
      .filter(({ matched }) => matched.length > 0),
    legacy: matchLegacy(snapshot, dataplane, policies.legacy.map(legacyReaderOf)),
  };
}

const readerOf = (policy: Policy) => ({
  type: policy.kind.type,
  topTargetRef: (spec: unknown) => policy.topTargetRef(spec),
  gatewayTags: gatewayTagsOf(policy),
});

/** What the tags of a policy's top-level targetRef to a MeshGateway are compared with. */
export const gatewayTagsOf = (policy: Policy): GatewayTags => (policy.gateway === undefined ? 'own' : 'all');

const legacyReaderOf = (policy: LegacyPolicy): LegacyReader => ({
  type: policy.kind.type,
  matching: policy.matching,
  ...(policy.destinations === undefined ? {} : { destinations: (spec) => policy.destinations?.(spec) ?? [] }),
});

/** The items of a section of all policies that reach the proxy, in the order of merging. */
export const sectionItems = (
  { target }: MatchedPolicies,
  { policy, matched }: MatchedType,
  section: Section<unknown, unknown>,
): readonly RuleItem<unknown>[] =>
  matched.flatMap(({ policy: { mesh, name, spec } }) =>
    bindToRoute(target.snapshot, policy.topTargetRef(spec), section.items(spec, { mesh, name })),
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
export const listenerItems = (type: MatchedType, listener: InboundListener): readonly RuleItem<unknown>[] =>
  type.matched
    .filter((matched) => reachesListener(matched, listener))
    .flatMap(({ policy: { mesh, name, spec } }) => type.policy.from?.items(spec, { mesh, name }) ?? []);

/** What a section adds up to for one peer; undefined when it says nothing of it. */
export const ruleFor = (
  section: Section<unknown, unknown>,
  items: readonly RuleItem<unknown>[],
  tags: Tags,
): Rule<unknown> | undefined => lookupRule(items, tags, (confs) => section.merge(confs));
