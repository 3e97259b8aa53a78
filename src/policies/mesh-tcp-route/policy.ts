import { serviceTag } from '../../model/dataplane.js';
import type { Tags } from '../../model/resource.js';
import type { TargetRef } from '../../model/target-ref.js';
import { addressOf } from '../../plan/base-plan.js';
import { clusterNameOf } from '../../plan/cluster-name.js';
import type { ClusterPlan, OutboundListenerPlan, ProxyPlan, Split } from '../../plan/proxy-plan.js';
import { selectEndpoints } from '../../plan/select-endpoints.js';
import { lookupRule } from '../../rules/build-rules.js';
import { mergeFields } from '../../rules/merge.js';
import { readItems, type Origin, type RuleItem } from '../../rules/items.js';
import type { MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { Policy } from '../policy.js';
import { meshTCPRouteKind } from './kind.js';
import type { BackendRef, MeshTCPRoute } from './schema.js';

/** The conf of one destination, in the form in which it is inspected. */
export interface MeshTCPRouteConf {
  readonly default: { readonly backendRefs: readonly BackendRef[] };
}

/** The items of `to`: without a rule the connections go where they were going. */
export const readToItems = (spec: MeshTCPRoute, origin: Origin): RuleItem<MeshTCPRouteConf>[] =>
  readItems(
    spec.to,
    origin,
    ({ targetRef, rules }) => rules?.[0] ?? { default: { backendRefs: [{ ...targetRef, weight: 1 }] } },
  );

/**
 * Gives every outbound for whose service there is a rule the splits of that rule, and replaces whatever the listener
 * and the clusters of the same names were before.
 */
export function applyTo(
  plan: ProxyPlan,
  items: readonly RuleItem<MeshTCPRouteConf>[],
  snapshot: MeshSnapshot,
): ProxyPlan {
  const outboundListeners = new Map<string, OutboundListenerPlan>(plan.outboundListeners);
  const clusters = new Map<string, ClusterPlan>(plan.clusters);
  for (const outbound of plan.outbounds) {
    const rule = lookupRule(items, { [serviceTag]: outbound.service }, mergeFields);
    if (rule === undefined) continue;
    const splits = rule.conf.default.backendRefs.flatMap((ref): readonly Split[] => {
      const weight = ref.weight ?? 1;
      // Envoy refuses a weighted cluster of weight 0
      if (weight === 0) return [];
      const tags: Tags = { [serviceTag]: ref.name ?? '', ...ref.tags };
      const cluster = clusterNameOf(tags);
      clusters.set(cluster, { name: cluster, endpoints: selectEndpoints(snapshot, tags) });
      return [{ cluster, weight }];
    });
    outboundListeners.set(addressOf(outbound), { outbound, route: { kind: 'tcp', splits } });
  }
  return { ...plan, outboundListeners, clusters };
}

/** MeshTCPRoute: sends the TCP connections of selected proxies elsewhere, in shares. */
export const meshTCPRoute: Policy<MeshTCPRoute, MeshTCPRouteConf> = {
  kind: meshTCPRouteKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: { items: readToItems, merge: mergeFields },
  applyTo,
};
