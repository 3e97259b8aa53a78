import { rememberByIdentity } from '../../lib/remember.js';
import { serviceTag } from '../../model/dataplane.js';
import type { TargetRef } from '../../model/target-ref.js';
import { planRouted } from '../../plan/base-plan.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import { replaceParts } from '../../plan/edit-plan.js';
import type { OutboundListenerPlan, OutboundPlan } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { planServiceCluster } from '../../plan/service-cluster.js';
import { readItems } from '../../rules/items.js';
import { mergeByKey, mergeFields } from '../../rules/merge.js';
import type { MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { AppliedRules, Policy } from '../policy.js';
import { completeRules, planRoutes } from './plan-routes.js';
import { meshHTTPRouteKind } from './kind.js';
import type { HTTPRule, MeshHTTPRoute } from './schema.js';

/** The conf of one destination, in the form in which it is inspected; null where no rule was ever written. */
export interface MeshHTTPRouteConf {
  readonly Rules: readonly HTTPRule[] | null;
}

/** Rules with equal matches are one rule, of which lists that a later policy has replace earlier ones. */
export function mergeRules(confs: readonly MeshHTTPRouteConf[]): MeshHTTPRouteConf {
  const rules = mergeByKey(
    confs.map(({ Rules }) => Rules ?? []),
    // stored matches have their fields in one order
    ({ matches }) => JSON.stringify(matches),
    mergeFields,
  );
  return { Rules: rules.length === 0 ? null : rules };
}

const withHttpRules = rememberByIdentity((outbound: OutboundPlan): OutboundPlan => ({
  ...outbound,
  hasHttpRules: true,
}));

/** HTTP outbounds are all its own as soon as there is a rule for any service; other policies must know (Kuma 2.5). */
function announce(plan: ProxyPlan, rules: AppliedRules<MeshHTTPRouteConf>): ProxyPlan {
  if (!rules.hasTo) return plan;
  return {
    ...plan,
    hasHttpRoutes: true,
    outbounds: plan.outbounds.map((outbound) =>
      rules.to({ [serviceTag]: outbound.service }) === undefined ? outbound : withHttpRules(outbound),
    ),
  };
}

/**
 * Gives every outbound its rules for requests, whatever it speaks; one without rules that speaks HTTP leads to its
 * service. Where no route is left, what was there stays.
 */
function apply(plan: ProxyPlan, rules: AppliedRules<MeshHTTPRouteConf>, snapshot: MeshSnapshot): ProxyPlan {
  if (!rules.hasTo) return plan;
  const listeners: OutboundListenerPlan[] = [];
  const clusters: ClusterPlan[] = [];
  for (const outbound of plan.outbounds) {
    const { service, protocol } = outbound;
    const own = rules.to({ [serviceTag]: service })?.Rules ?? [];
    // gRPC is left to TrafficRoute unless a rule names the service
    if (own.length === 0 && protocol !== 'http' && protocol !== 'http2') continue;
    const planned = planRoutes(service, completeRules(own), {
      clusterFor: (tags) => planServiceCluster(plan, snapshot, tags),
    });
    clusters.push(...planned.clusters);
    if (planned.routes.length === 0) continue;
    const { type } = meshHTTPRouteKind;
    listeners.push(
      planRouted(outbound, { kind: 'http', routes: planned.routes, filters: [], normalizePath: true }, type),
    );
  }
  return replaceParts(plan, { listeners, clusters });
}

/** MeshHTTPRoute: sends HTTP requests of selected proxies elsewhere, or changes them. */
export const meshHTTPRoute: Policy<MeshHTTPRoute, MeshHTTPRouteConf> = {
  kind: meshHTTPRouteKind,
  routes: 'http',
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: {
    items: (spec, origin) => readItems(spec.to, origin, ({ rules }): MeshHTTPRouteConf => ({ Rules: rules ?? null })),
    merge: mergeRules,
  },
  announce,
  apply,
};
