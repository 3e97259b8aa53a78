import type { TargetRef } from '../../model/target-ref.js';
import { editInbounds } from '../../plan/edit-plan.js';
import type { Principal } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, FromRules, Policy } from '../policy.js';
import { meshTrafficPermissionKind } from './kind.js';
import { planItems, planRule } from './plan-principals.js';
import type { MeshTrafficPermission, MeshTrafficPermissionConf } from './schema.js';

type Conf = MeshTrafficPermissionConf;
type Action = NonNullable<Conf['action']>;

/** Also the name under which Envoy counts what is let in. */
const type = 'MeshTrafficPermission';

/** Takes the place of TrafficPermission on every inbound that it reaches, if connections are encrypted there. */
const apply = (plan: ProxyPlan, rules: AppliedRules<Conf>): ProxyPlan =>
  editInbounds(plan, (inbound) => {
    if (inbound.tls === 'off' || !rules.reaches(inbound)) return inbound;
    const from = rules.listFrom(inbound);
    const shadowDeny = principalsOf(from, ['AllowWithShadowDeny'], plan.mesh);
    const allow = from.truncated
      ? principalsOf(from, ['Allow', 'AllowWithShadowDeny'], plan.mesh)
      : [...principalsOf(from, ['Allow'], plan.mesh), ...shadowDeny];
    return {
      ...inbound,
      permissions: { by: type, allow: new Map(allow.length === 0 ? [] : [[type, allow]]), shadowDeny },
    };
  });

/** The clients to which one of the actions applies. */
function principalsOf(
  { rules, truncated, items }: FromRules<Conf>,
  actions: readonly Action[],
  mesh: string,
): Principal[] {
  const isMeant = ({ action }: Conf): boolean => action !== undefined && actions.includes(action);
  if (!truncated) return rules.filter(({ conf }) => isMeant(conf)).map(({ subset }) => planRule(subset, mesh));
  const principal = planItems(items, isMeant, mesh);
  return principal === undefined ? [] : [principal];
}

/** MeshTrafficPermission: says which clients may talk to a service. */
export const meshTrafficPermission: Policy<MeshTrafficPermission, Conf> = {
  kind: meshTrafficPermissionKind,
  needsMtls: true,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  from: mergedSection((spec) => spec.from),
  apply,
};
