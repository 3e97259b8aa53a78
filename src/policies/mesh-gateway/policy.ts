import { formatAddress } from '../../model/net.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { selectGateway } from '../../rules/select-gateway.js';
import { dataplaneOf, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { meshGatewayKind } from './kind.js';
import { planListeners } from './plan-listeners.js';
import type { MeshGateway } from './schema.js';

/** Gives a builtin gateway the ports of the MeshGateway that selects it. */
function apply(plan: ProxyPlan, _matches: LegacyMatches<MeshGateway>, snapshot: MeshSnapshot): ProxyPlan {
  const dataplane = plan.gateway && dataplaneOf(snapshot, plan.dataplane);
  const gateway = dataplane && selectGateway(snapshot, dataplane);
  if (dataplane === undefined || gateway === undefined) return plan;
  const listeners = planListeners(plan, snapshot, dataplane, gateway);
  return {
    ...plan,
    gateway: { listeners: new Map(listeners.map((listener) => [formatAddress(listener), listener])) },
  };
}

/** MeshGateway: the ports of builtin gateways; attaches to no other proxies. */
export const meshGateway: LegacyPolicy<MeshGateway> = {
  kind: meshGatewayKind,
  matching: [],
  actsUnattached: true,
  apply,
};
