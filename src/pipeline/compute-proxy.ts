import type { EnvoyResources } from '../envoy/envoy-resources.js';
import type { Dataplane } from '../model/dataplane.js';
import { planBase } from '../plan/base-plan.js';
import { offlineNode, type ProxyNode } from '../plan/proxy-node.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { permittedExternalServices } from '../rules/external-services.js';
import { openServices } from '../rules/open-services.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { translate } from '../translate/translate.js';
import { applyPolicies, makeApplicable, patchTranslation, type Applicable } from './apply-policies.js';
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

function compute(snapshot: MeshSnapshot, dataplane: Dataplane, policies: Policies, node: ProxyNode): ComputedProxy {
  const { applicable, plan } = planProxy(snapshot, dataplane, policies, node);
  const { resources } = patchTranslation(translate(plan), applicable);
  return { matched: applicable.matched, plan, resources };
}

/** The stages up to the plan; with some of the policies alone it is what these would do. */
export function planProxy(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  policies: Policies,
  node: ProxyNode = offlineNode,
): { readonly applicable: Applicable; readonly plan: ProxyPlan } {
  const applicable = makeApplicable(matchProxy(snapshot, dataplane, policies), policies);
  const base = planBase(snapshot, dataplane, node, {
    externalServices: permittedExternalServices(snapshot, dataplane),
    openServices: openServices(snapshot),
  });
  return { applicable, plan: applyPolicies(base, applicable) };
}
