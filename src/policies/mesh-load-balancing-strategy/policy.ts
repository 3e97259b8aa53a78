import { serviceTag } from '../../model/dataplane.js';
import type { TargetRef } from '../../model/target-ref.js';
import type { ClusterPlan, LoadBalancer as LoadBalancerPlan } from '../../plan/cluster-plan.js';
import {
  editConsumedClusters,
  editForward,
  editGatewayRoutes,
  editListeners,
  editRoutes,
} from '../../plan/edit-plan.js';
import { hasEgressRouting } from '../../plan/external-services.js';
import type { HashPolicy, HttpRoute, Traffic } from '../../plan/http-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { meshOf, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshLoadBalancingStrategyKind } from './kind.js';
import { planHashPolicies } from './plan-hash-policies.js';
import { planLocality } from './plan-locality.js';
import type { LoadBalancer, MeshLoadBalancingStrategy, MeshLoadBalancingStrategyConf } from './schema.js';

type Conf = MeshLoadBalancingStrategyConf;

/** Requests are hashed where they are routed; how a host is chosen is a matter of the clusters of the same service. */
function apply(plan: ProxyPlan, rules: AppliedRules<Conf>, snapshot: MeshSnapshot): ProxyPlan {
  const around = { callerTags: plan.callerTags, usesEgress: hasEgressRouting(meshOf(snapshot)) };
  const hashed = editListeners(plan, (listener, { service }) => {
    const balancer = rules.to({ [serviceTag]: service })?.loadBalancer;
    if (balancer === undefined) return listener;
    return { ...listener, traffic: hashRequests(listener.traffic, planHashPolicies(balancer)) };
  });
  return editConsumedClusters(hashGateway(hashed, rules.toAll()?.loadBalancer), (cluster) => {
    const conf = rules.to({ [serviceTag]: cluster.service });
    return conf === undefined ? cluster : balanceCluster(cluster, conf, around);
  });
}

/** What holds for all destinations holds for the requests of a gateway. */
const hashGateway = (plan: ProxyPlan, balancer: LoadBalancer | undefined): ProxyPlan =>
  balancer === undefined ? plan : editGatewayRoutes(plan, (route) => hashRoute(route, planHashPolicies(balancer)));

const hashRequests = (traffic: Traffic, policies: readonly HashPolicy[]): Traffic =>
  editRoutes(traffic, (route) => hashRoute(route, policies));

const hashRoute = (route: HttpRoute, policies: readonly HashPolicy[]): HttpRoute =>
  editForward(route, (action) => ({ ...action, hashPolicies: [...(action.hashPolicies ?? []), ...policies] }));

function balanceCluster(
  cluster: ClusterPlan,
  { loadBalancer, localityAwareness = {} }: Conf,
  around: { readonly callerTags: ProxyPlan['callerTags']; readonly usesEgress: boolean },
): ClusterPlan {
  const locality = planLocality(localityAwareness, around);
  return {
    ...cluster,
    ...(loadBalancer === undefined ? {} : { loadBalancer: planLoadBalancer(loadBalancer) }),
    ...(locality === undefined ? {} : { locality }),
  };
}

function planLoadBalancer({ type, leastRequest, ringHash, maglev }: LoadBalancer): LoadBalancerPlan {
  switch (type) {
    case 'RoundRobin':
      return { kind: 'round-robin' };
    case 'LeastRequest':
      return {
        kind: 'least-request',
        ...(leastRequest?.choiceCount === undefined ? {} : { choiceCount: leastRequest.choiceCount }),
      };
    case 'RingHash':
      return { kind: 'ring-hash', ...(ringHash === undefined ? {} : { ring: planRing(ringHash) }) };
    case 'Random':
      return { kind: 'random' };
    case 'Maglev':
      return { kind: 'maglev', ...(maglev?.tableSize === undefined ? {} : { tableSize: maglev.tableSize }) };
  }
}

const planRing = ({ hashFunction, minRingSize, maxRingSize }: NonNullable<LoadBalancer['ringHash']>) => ({
  ...(hashFunction === 'MurmurHash2' ? ({ hashFunction: 'MURMUR_HASH_2' } as const) : {}),
  ...(minRingSize === undefined ? {} : { minSize: minRingSize }),
  ...(maxRingSize === undefined ? {} : { maxSize: maxRingSize }),
});

/** MeshLoadBalancingStrategy: says which host of a service is chosen. */
export const meshLoadBalancingStrategy: Policy<MeshLoadBalancingStrategy, Conf> = {
  kind: meshLoadBalancingStrategyKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  apply,
};
