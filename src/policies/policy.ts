import type { Kind } from '../model/kind.js';
import type { TargetRef } from '../model/target-ref.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import type { Origin, RuleItem } from '../rules/items.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';

/** What a policy says of its `to` section: the destinations, and how confs for one destination merge. */
export interface ToSection<Spec, Conf> {
  /** The items of one policy, in order; every destination it names. */
  items(spec: Spec, origin: Origin): readonly RuleItem<Conf>[];
  merge(confs: readonly Conf[]): Conf;
}

/**
 * The contract of a targetRef policy. `Spec` and `Conf` are the policy's own; the pipeline hands them from one function
 * of the policy to another without looking inside.
 */
export interface Policy<Spec = unknown, Conf = unknown> {
  readonly kind: Kind<Spec>;
  topTargetRef(spec: Spec): TargetRef;
  readonly to?: ToSection<Spec, Conf>;
  /** Edits the plan: `items` are those of all matched policies, in the order of merging; at least one. */
  applyTo?(plan: ProxyPlan, items: readonly RuleItem<Conf>[], snapshot: MeshSnapshot): ProxyPlan;
}
