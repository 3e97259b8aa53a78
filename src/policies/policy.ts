import type { Kind } from '../model/kind.js';
import type { Tags } from '../model/resource.js';
import type { TargetRef } from '../model/target-ref.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import type { Origin, RuleItem } from '../rules/items.js';
import type { LegacyMatching } from '../rules/match-legacy.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';

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
  topTargetRef(spec: Spec): TargetRef;
  /** By destination: what holds for the connections that a proxy opens. */
  readonly to?: Section<Spec, Conf>;
  /** By client: what holds for the connections that an inbound takes. */
  readonly from?: Section<Spec, Conf>;
  /** Without peers: what holds for the proxy as a whole (`spec.default`); one item a policy, with the empty subset. */
  readonly single?: Section<Spec, Conf>;
  /** Edits the plan: `items` are those of `to` of all matched policies, in the order of merging; at least one. */
  applyTo?(plan: ProxyPlan, items: readonly RuleItem<Conf>[], snapshot: MeshSnapshot): ProxyPlan;
}

/** The contract of a policy of the older form, with `sources` and `destinations`, or `selectors`. */
export interface LegacyPolicy<Spec = unknown> {
  readonly kind: Kind<Spec>;
  /** Where it attaches to a proxy. */
  readonly matching: readonly LegacyMatching[];
  /** Of the one kind that routes: where the connections go, as it stands in the spec. */
  destinations?(spec: Spec): readonly Tags[];
}

/** Every policy, in the order in which those with targetRefs edit the plan. */
export interface Policies {
  readonly targetRef: readonly Policy[];
  readonly legacy: readonly LegacyPolicy[];
}
