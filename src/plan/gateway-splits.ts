import { compareBytes } from '../model/resource.js';
import type { Split } from './http-plan.js';

/**
 * The shares of a gateway's connections, by name of the cluster (Kuma 2.5); equal ones keep their order. A single
 * destination takes all, whatever its weight; of several those of weight 0 take none, and Envoy refuses them.
 */
export const planGatewaySplits = (destinations: readonly Split[]): readonly Split[] =>
  destinations.length === 1
    ? destinations.map((split) => ({ ...split, weight: 1 }))
    : destinations.filter(({ weight }) => weight > 0).sort((a, b) => compareBytes(a.cluster, b.cluster));
