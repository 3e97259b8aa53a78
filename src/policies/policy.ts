import type { Kind } from '../model/kind.js';
import type { Resource, Tags } from '../model/resource.js';
import type { TargetRef } from '../model/target-ref.js';
import type { ClusterPlan } from '../plan/cluster-plan.js';
import type { GatewayUse } from '../plan/gateway-plan.js';
import type { InboundPlan, OutboundPlan } from '../plan/listener-plan.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import type { Rule, RuleList } from '../rules/build-rules.js';
import type { Origin, RuleItem } from '../rules/items.js';
import type { LegacyMatching } from '../rules/match-legacy.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { Translation } from '../translate/translation.js';

/** What a policy says in one of its sections: confs for peers, and how those for one peer merge. */
export interface Section<Spec, Conf> {
  /** The items of one policy, in the order in which they stand there. */
  items(spec: Spec, origin: Origin): readonly RuleItem<Conf>[];
  /** Later confs override earlier ones; called with at least one. */
  merge(confs: readonly Conf[]): Conf;
}

/**
 * The contract of a targetRef policy. `Spec` and `Conf` are the policy's own; the pipeline hands them from one function
 * of the policy to another without looking inside.
 */
export interface Policy<Spec = unknown, Conf = unknown> {
  readonly kind: Kind<Spec>;
  /** Of routes: what they route. */
  readonly routes?: 'tcp' | 'http';
  /** Without mTLS it has no effect. */
  readonly needsMtls?: boolean;
  topTargetRef(spec: Spec): TargetRef;
  /** By destination: what holds for the connections that a proxy opens. */
  readonly to?: Section<Spec, Conf>;
  /** By client: what holds for the connections that an inbound takes. */
  readonly from?: Section<Spec, Conf>;
  /**
   * By listener of a MeshGateway: what holds for all that comes in there. Such a policy compares the tags of a top-level
   * targetRef to a MeshGateway with all tags that stand for the listener.
   */
  readonly gateway?: Section<Spec, Conf>;
  /** Without peers: what holds for the proxy as a whole (`spec.default`); one item a policy, with the empty subset. */
  readonly single?: Section<Spec, Conf>;
  /** Notes in the plan what other policies must know before any of them edits it. */
  announce?(plan: ProxyPlan, rules: AppliedRules<Conf>): ProxyPlan;
  /** Edits the plan; called when the policy reaches the proxy. */
  apply?(plan: ProxyPlan, rules: AppliedRules<Conf>, snapshot: MeshSnapshot): ProxyPlan;
  /** Edits what was made of the plan, after all others. */
  patch?(translation: Translation, rules: AppliedRules<Conf>): Translation;
  /** What `patch` leaves out of that: values as they stand in specs, under the path of their list. */
  readonly patches?: Patches<AppliedRules<Conf>>;
}

/** How a policy tells which of its patches are left out, at least in part. */
export interface Patches<Rules> {
  /** Path of the list in which they stand. */
  readonly field: string;
  /** Those of the list that are left out, by identity. */
  findLeftOut(translation: Translation, rules: Rules): ReadonlySet<unknown>;
  /** The list of one spec. */
  of(spec: unknown): readonly unknown[];
}

/** The rules for the clients of a listener, and the items that add up to them, in the order of merging. */
export interface FromRules<Conf> extends RuleList<Conf> {
  readonly items: readonly RuleItem<Conf>[];
}

/** What the policies of one type that reach a proxy add up to. */
export interface AppliedRules<Conf> {
  /** True when any `to` section has an entry. */
  readonly hasTo: boolean;
  /** The conf for connections to a destination of which all tags are known. */
  to(tags: Tags): Conf | undefined;
  /** The conf for connections to no destination in particular; none where an entry is about one service (Kuma 2.5). */
  toAll(): Conf | undefined;
  /** Every rule for the clients of a listener, in Kuma's order. */
  from(listener: { readonly address: string; readonly port: number }): readonly Rule<Conf>[];
  /** The same with what the rules are made of: where there are too many to list them all, the items alone say what holds. */
  listFrom(listener: { readonly address: string; readonly port: number }): FromRules<Conf>;
  /** True when any policy of the type reaches the listener, whatever it says of its clients. */
  reaches(listener: { readonly address: string; readonly port: number }): boolean;
  /** The conf for clients of which nothing is known. */
  fromAll(listener: { readonly address: string; readonly port: number }): Conf | undefined;
  /**
   * The conf for a gateway's listener with these tags, of policies whose top-level targetRef is its MeshGateway: more
   * tags there override fewer, of equally many the last by name counts.
   */
  gateway(listener: Tags): Conf | undefined;
  /** The conf for the proxy as a whole. */
  single(): Conf | undefined;
}

/** The contract of a policy of the older form, with `sources` and `destinations`, or `selectors`. */
export interface LegacyPolicy<Spec = unknown> {
  readonly kind: Kind<Spec>;
  /** Where it attaches to a proxy; nowhere for kinds that are only listed among the policies. */
  readonly matching: readonly LegacyMatching[];
  /** It changes what TrafficRoutes make, and nothing else. */
  readonly actsOnRoutes?: boolean;
  /** Of the one kind that routes: where the connections go, as it stands in the spec. */
  destinations?(spec: Spec): readonly Tags[];
  /** It also edits the plans of sidecars to which no policy of the type attaches. */
  readonly actsUnattached?: boolean;
  /** Edits the plan, before all policies with targetRefs; of a gateway always, else where a policy attaches. */
  apply?(plan: ProxyPlan, matches: LegacyMatches<Spec>, snapshot: MeshSnapshot): ProxyPlan;
  /** Adds resources to what was made of the plan, before anything is patched. */
  add?(translation: Translation, matches: LegacyMatches<Spec>): Translation;
  /** Edits what was made of the plan, after all others. */
  patch?(translation: Translation, matches: LegacyMatches<Spec>): Translation;
  /** What `patch` leaves out of that. */
  readonly patches?: Patches<LegacyMatches<Spec>>;
}

/** The policies of one older type where they attach to a proxy. */
export interface LegacyMatches<Spec> {
  inbound(inbound: InboundPlan): readonly Resource<Spec>[];
  /** With the tags of the outbound that brought it there. */
  outbound(outbound: OutboundPlan): { readonly policy: Resource<Spec>; readonly tags: Tags } | undefined;
  service(service: string): Resource<Spec> | undefined;
  /** What holds for the instances of a cluster: by their service, or on a gateway by its listener and their tags. */
  cluster(cluster: ClusterPlan): Resource<Spec> | undefined;
  /** What holds on a gateway for traffic that goes to several destinations at once. */
  split(uses: readonly GatewayUse[]): Resource<Spec> | undefined;
  proxy(): Resource<Spec> | undefined;
}

/** Every policy, in the order in which they edit the plan: first the older ones, then those with targetRefs. */
export interface Policies {
  readonly targetRef: readonly Policy[];
  readonly legacy: readonly LegacyPolicy[];
}
