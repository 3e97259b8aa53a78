import type { EnvoyResources } from '../envoy/envoy-resources.js';
import { isBuiltinGateway, type Dataplane } from '../model/dataplane.js';
import { planBase } from '../plan/base-plan.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { translate } from '../translate/translate.js';
import { matchProxy, sectionItems, type MatchedPolicies, type Policies } from './match-proxy.js';

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
export function computeProxy(snapshot: MeshSnapshot, dataplane: Dataplane, policies: Policies): ComputedProxy {
  const known = computed.get(snapshot) ?? new Map<string, ComputedProxy>();
  computed.set(snapshot, known);
  const value = known.get(dataplane.name) ?? compute(snapshot, dataplane, policies);
  known.set(dataplane.name, value);
  return value;
}

function compute(snapshot: MeshSnapshot, dataplane: Dataplane, policies: Policies): ComputedProxy {
  const matched = matchProxy(snapshot, dataplane, policies);
  const plan = planProxy(snapshot, dataplane, matched);
  return { matched, plan, resources: translate(plan) };
}

function planProxy(snapshot: MeshSnapshot, dataplane: Dataplane, matched: MatchedPolicies): ProxyPlan {
  const base = planBase(snapshot, dataplane);
  // a builtin gateway is shaped by its MeshGateway alone
  if (isBuiltinGateway(dataplane.spec)) return base;
  return matched.targetRef.reduce((plan, type) => {
    const { policy } = type;
    const items = policy.to === undefined ? [] : sectionItems(matched, type, policy.to);
    return items.length === 0 ? plan : (policy.applyTo?.(plan, items, snapshot) ?? plan);
  }, base);
}
