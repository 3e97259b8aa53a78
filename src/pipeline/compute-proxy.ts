import type { EnvoyResources } from '../envoy/envoy-resources.js';
import type { Dataplane } from '../model/dataplane.js';
import { planBase } from '../plan/base-plan.js';
import { offlineNode, type ProxyNode } from '../plan/proxy-node.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { directEndpoints } from '../rules/direct-endpoints.js';
import { permittedExternalServices } from '../rules/external-services.js';
import { prometheusConf } from '../rules/metrics-inbound.js';
import { openServices } from '../rules/open-services.js';
import { virtualOutbounds } from '../rules/virtual-outbounds.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { translate } from '../translate/translate.js';
import { applyPolicies, makeApplicable, patchTranslation } from './apply-policies.js';
import { matchProxy, type MatchedPolicies, type Policies } from './match-proxy.js';

/** What the stages make of one proxy; inspect and xDS show this and nothing else. */
export interface ComputedProxy {
  readonly matched: MatchedPolicies;
  readonly plan: ProxyPlan;
  readonly resources: EnvoyResources;
}

const computed = new WeakMap<MeshSnapshot, Map<string, ComputedProxy>>();

/**
 * The stages in a row: which policies reach the proxy, what it must do, how Envoy is told. Pure: the same snapshot
 * gives the same value, which is kept as long as the snapshot.
 */
export function computeProxy(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  policies: Policies,
  node: ProxyNode = offlineNode,
): ComputedProxy {
  if (node !== offlineNode) return compute(snapshot, dataplane, policies, node);
  const known = computed.get(snapshot) ?? new Map<string, ComputedProxy>();
  computed.set(snapshot, known);
  const value = known.get(dataplane.name) ?? compute(snapshot, dataplane, policies, node);
  known.set(dataplane.name, value);
  return value;
}

function compute(snapshot: MeshSnapshot, declared: Dataplane, policies: Policies, node: ProxyNode): ComputedProxy {
  const matched = matchProxy(snapshot, declared, policies);
  const applicable = makeApplicable(matched, policies);
  const { dataplane } = matched.target;
  const base = planBase(snapshot, dataplane, node, {
    externalServices: permittedExternalServices(snapshot, dataplane),
    openServices: openServices(snapshot),
    directEndpoints: directEndpoints(snapshot, dataplane),
    names: virtualOutbounds(snapshot).names,
    prometheus: prometheusConf(snapshot, dataplane),
  });
  const plan = applyPolicies(base, applicable);
  const { resources } = patchTranslation(translate(plan), applicable);
  return { matched, plan, resources };
}
