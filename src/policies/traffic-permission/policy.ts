import { serviceTag } from '../../model/dataplane.js';
import type { Selector } from '../../model/selector.js';
import { compareBytes } from '../../model/resource.js';
import { editInbounds } from '../../plan/edit-plan.js';
import type { Principal } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { trafficPermissionKind } from './kind.js';
import type { TrafficPermission } from './schema.js';

/** Whoever is encrypted must be let in by the TrafficPermission of the inbound; without one nobody is. */
const apply = (plan: ProxyPlan, matches: LegacyMatches<TrafficPermission>): ProxyPlan =>
  editInbounds(plan, (inbound) => {
    if (inbound.tls === 'off') return inbound;
    const allow = matches
      .inbound(inbound)
      .map(({ name, spec }) => [name, (spec.sources ?? []).map((source) => planPrincipal(source, plan.mesh))] as const);
    return { ...inbound, permissions: { by: 'TrafficPermission', allow: new Map(allow) } };
  });

/** A client has every tag of the source; `*` asks for nothing. */
function planPrincipal({ match = {} }: Selector, mesh: string): Principal {
  const { [serviceTag]: service = '*', ...others } = match;
  const principals: Principal[] = Object.entries(others)
    .filter(([, value]) => value !== '*')
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) => ({ kind: 'tag', key, value }));
  if (service !== '*') principals.push({ kind: 'service', mesh, service });
  const [first, ...more] = principals;
  if (first === undefined) return { kind: 'any' };
  return more.length === 0 ? first : { kind: 'all-of', principals };
}

/** TrafficPermission: lets sources use destinations in a mesh with mTLS. */
export const trafficPermission: LegacyPolicy<TrafficPermission> = {
  kind: trafficPermissionKind,
  matching: ['inbound'],
  actsUnattached: true,
  apply,
};
