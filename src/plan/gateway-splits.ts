import { compareBytes } from '../model/resource.js';
import type { GatewayChainHost } from './gateway-plan.js';
import type { Split } from './http-plan.js';

/**
 * The shares of the connections to some hosts of a gateway, by name of the cluster (Kuma 2.5); equal ones keep their
 * order. A single destination takes all, whatever its weight; of several those of weight 0 take none, and Envoy would
 * refuse them.
 */
export function planGatewaySplits(hosts: readonly Pick<GatewayChainHost, 'destinations'>[]): readonly Split[] {
  const all = hosts.flatMap(({ destinations }) => destinations);
  return all.length === 1
    ? all.map((split) => ({ ...split, weight: 1 }))
    : all.filter(({ weight }) => weight > 0).sort((a, b) => compareBytes(a.cluster, b.cluster));
}
