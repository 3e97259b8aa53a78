import type { EnvoyResources } from '../envoy/envoy-resources.js';
import { isBuiltinGateway, type Dataplane } from '../model/dataplane.js';
import { planBase } from '../plan/base-plan.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import type { Policy } from '../policies/policy.js';
import type { RuleItem } from '../rules/items.js';
import { matchPolicies, type Matched } from '../rules/select.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { translate } from '../translate/translate.js';

export type { Policy };

/** A policy type and its resources that reach a proxy, in the order in which they are merged. */
export interface MatchedType {
  readonly policy: Policy;
  readonly matched: readonly Matched[];
}

/** What the stages make of one proxy; inspect and xDS show this and nothing else. */
export interface ComputedProxy {
  readonly matched: readonly MatchedType[];
  readonly plan: ProxyPlan;
  readonly resources: EnvoyResources;
}

const computed = new WeakMap<MeshSnapshot, Map<string, ComputedProxy>>();

/**
 * The stages in a row: which policies reach the proxy, what it must do, how Envoy is told. Pure: the same snapshot
 * gives the same value, which is kept as long as the snapshot.
 */
export function computeProxy(snapshot: MeshSnapshot, dataplane: Dataplane, policies: readonly Policy[]): ComputedProxy {
  const known = computed.get(snapshot) ?? new Map<string, ComputedProxy>();
  computed.set(snapshot, known);
  const value = known.get(dataplane.name) ?? compute(snapshot, dataplane, policies);
  known.set(dataplane.name, value);
  return value;
}

function compute(snapshot: MeshSnapshot, dataplane: Dataplane, policies: readonly Policy[]): ComputedProxy {
  const matched = matchAll(snapshot, dataplane, policies);
  const plan = planProxy(snapshot, dataplane, matched);
  return { matched, plan, resources: translate(plan) };
}

/** The policies that reach a Dataplane, for each type that has some. */
export function matchAll(
  snapshot: MeshSnapshot,
  dataplane: Dataplane,
  policies: readonly Policy[],
): readonly MatchedType[] {
  return policies
    .map((policy) => ({
      policy,
      matched: matchPolicies(snapshot, dataplane, {
        type: policy.kind.type,
        topTargetRef: (spec) => policy.topTargetRef(spec),
      }),
    }))
    .filter(({ matched }) => matched.length > 0);
}

/** The `to` items of all matched policies of a type, in the order of merging. */
export const toItems = ({ policy, matched }: MatchedType): readonly RuleItem<unknown>[] =>
  matched.flatMap(({ policy: { mesh, name, spec } }) => policy.to?.items(spec, { mesh, name }) ?? []);

function planProxy(snapshot: MeshSnapshot, dataplane: Dataplane, matched: readonly MatchedType[]): ProxyPlan {
  const base = planBase(snapshot, dataplane);
  // a builtin gateway is shaped by its MeshGateway alone
  if (isBuiltinGateway(dataplane.spec)) return base;
  return matched.reduce((plan, type) => {
    const items = toItems(type);
    return items.length === 0 ? plan : (type.policy.applyTo?.(plan, items, snapshot) ?? plan);
  }, base);
}
