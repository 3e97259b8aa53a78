import { serviceTag } from '../../model/dataplane.js';
import type { TargetRef } from '../../model/target-ref.js';
import { editGatewayRoutes, editInbounds, editListeners, editServiceClusters } from '../../plan/edit-plan.js';
import type { InboundPlan } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { routeTag } from '../../rules/route-items.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshTimeoutKind } from './kind.js';
import { limitCluster, limitRoute, limitTraffic } from './limits.js';
import type { MeshTimeout, MeshTimeoutConf } from './schema.js';

type Rules = AppliedRules<MeshTimeoutConf>;

const apply = (plan: ProxyPlan, rules: Rules): ProxyPlan =>
  limitServices(limitGateway(limitListeners(limitWorkloads(plan, rules), rules), rules), rules);

/** What holds on an inbound; where no MeshTimeout reaches it but another inbound, the defaults do (Kuma 2.5). */
const confOfInbound = (inbound: InboundPlan, rules: Rules): MeshTimeoutConf | undefined =>
  rules.reaches(inbound) ? rules.fromAll(inbound) : {};

function limitWorkloads(plan: ProxyPlan, rules: Rules): ProxyPlan {
  const clusters = new Map(plan.clusters);
  for (const inbound of plan.inbounds.values()) {
    const conf = confOfInbound(inbound, rules);
    const cluster = clusters.get(inbound.workload);
    if (conf === undefined || cluster === undefined) continue;
    clusters.set(inbound.workload, limitCluster(cluster, inbound.protocol, conf));
  }
  return editInbounds({ ...plan, clusters }, (inbound) => ({
    ...inbound,
    traffic: limitTraffic(inbound.traffic, inbound.protocol, () => confOfInbound(inbound, rules)),
  }));
}

const limitListeners = (plan: ProxyPlan, rules: Rules): ProxyPlan =>
  editListeners(plan, (listener, { service, protocol }) => ({
    ...listener,
    traffic: limitTraffic(listener.traffic, protocol, (routeName = '') =>
      rules.to({ [serviceTag]: service, [routeTag]: routeName }),
    ),
  }));

/** What holds for all destinations holds for the requests of a gateway. */
function limitGateway(plan: ProxyPlan, rules: Rules): ProxyPlan {
  const conf = rules.toAll();
  return conf === undefined ? plan : editGatewayRoutes(plan, (route) => limitRoute(route, () => conf));
}

const limitServices = (plan: ProxyPlan, rules: Rules): ProxyPlan =>
  editServiceClusters(plan, (cluster) => {
    const conf = rules.to({ [serviceTag]: cluster.service });
    return conf === undefined ? cluster : limitCluster(cluster, cluster.protocol, conf);
  });

/** MeshTimeout: how long connections, requests and silence may last. */
export const meshTimeout: Policy<MeshTimeout, MeshTimeoutConf> = {
  kind: meshTimeoutKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  from: mergedSection((spec) => spec.from),
  apply,
};
