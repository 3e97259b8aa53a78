import { rememberByBoth, rememberByIdentity } from '../../lib/remember.js';
import { serviceTag } from '../../model/dataplane.js';
import { isHttp } from '../../model/protocol.js';
import type { TargetRef } from '../../model/target-ref.js';
import { planRouted } from '../../plan/base-plan.js';
import { serviceClusterName } from '../../plan/cluster-name.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import { replaceParts } from '../../plan/edit-plan.js';
import type { OutboundListenerPlan, OutboundPlan } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { planServiceCluster } from '../../plan/service-cluster.js';
import { readItems, type Origin, type RuleItem } from '../../rules/items.js';
import { mergeFields } from '../../rules/merge.js';
import type { MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { BackendRef } from '../backend-ref.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshTCPRouteKind } from './kind.js';
import { routeGateway } from './route-gateway.js';
import type { MeshTCPRoute } from './schema.js';

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
 * and the clusters of the same names were before. Services that speak HTTP are left to MeshHTTPRoute where it has rules
 * for them.
 */
function routeOutbounds(plan: ProxyPlan, rules: AppliedRules<MeshTCPRouteConf>, snapshot: MeshSnapshot): ProxyPlan {
  const listeners: OutboundListenerPlan[] = [];
  const clusters: ClusterPlan[] = [];
  for (const outbound of plan.outbounds) {
    if (outbound.hasHttpRules && isHttp(outbound.protocol)) continue;
    const conf = rules.to({ [serviceTag]: outbound.service });
    if (conf === undefined) continue;
    for (const { tags } of sharesOf(conf)) clusters.push(planServiceCluster(plan, snapshot, tags));
    listeners.push(planListener(outbound, conf));
  }
  return replaceParts(plan, { listeners, clusters });
}

/** Where the connections go; Envoy refuses a weighted cluster of weight 0. */
const sharesOf = rememberByIdentity(({ default: { backendRefs } }: MeshTCPRouteConf) =>
  backendRefs
    .map((ref) => ({ tags: { ...ref.tags, [serviceTag]: ref.name ?? '' }, weight: ref.weight ?? 1 }))
    .filter(({ weight }) => weight !== 0)
    .map(({ tags, weight }) => ({ tags, split: { cluster: serviceClusterName(tags), weight } })),
);

const planListener = rememberByBoth((outbound: OutboundPlan, conf: MeshTCPRouteConf): OutboundListenerPlan => {
  const splits = sharesOf(conf).map(({ split }) => split);
  return planRouted(outbound, { kind: 'tcp', splits }, meshTCPRouteKind.type);
});

const apply = (plan: ProxyPlan, rules: AppliedRules<MeshTCPRouteConf>, snapshot: MeshSnapshot): ProxyPlan =>
  plan.gateway === undefined
    ? routeOutbounds(plan, rules, snapshot)
    : routeGateway(plan, snapshot, (listener) => rules.gateway(listener)?.default.backendRefs);

const section = { items: readToItems, merge: mergeFields };

/** MeshTCPRoute: sends the TCP connections of selected proxies elsewhere, in shares. */
export const meshTCPRoute: Policy<MeshTCPRoute, MeshTCPRouteConf> = {
  kind: meshTCPRouteKind,
  routes: 'tcp',
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: section,
  gateway: section,
  apply,
};
