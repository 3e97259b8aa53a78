import type { ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from '../envoy/resources.js';
import { tagOf, zoneTag } from '../model/dataplane.js';
import type { Endpoint } from '../model/endpoint.js';
import { compareBytes } from '../model/resource.js';
import type { LocalityPlan } from '../plan/cluster-plan.js';
import { socketAddress } from './address.js';
import { translateTags } from './metadata.js';

/** How endpoints are grouped. */
export interface EndpointOptions {
  readonly localityAware: boolean;
  readonly locality: LocalityPlan | undefined;
}

/** The endpoints of a cluster, by zone; a cluster without endpoints has an assignment too, lest Envoy wait for it. */
export function translateEndpoints(
  clusterName: string,
  endpoints: readonly Endpoint[],
  { localityAware }: EndpointOptions,
): ClusterLoadAssignment {
  const localities = groupByZone(endpoints).map(([zone, ofZone]): LocalityLbEndpoints => ({
    ...(zone === '' ? {} : { locality: { zone } }),
    // the control plane is in no zone, so to it every zone is a remote one
    ...(zone !== '' && localityAware ? { priority: 1 } : {}),
    lbEndpoints: ofZone.map(translateEndpoint),
  }));
  return { clusterName, ...(localities.length === 0 ? {} : { endpoints: localities }) };
}

function groupByZone(endpoints: readonly Endpoint[]): (readonly [zone: string, endpoints: readonly Endpoint[]])[] {
  const zones = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const zone = tagOf(endpoint.tags, zoneTag);
    const known = zones.get(zone);
    if (known === undefined) zones.set(zone, [endpoint]);
    else known.push(endpoint);
  }
  return [...zones].sort(([a], [b]) => compareBytes(a, b));
}

const translateEndpoint = (endpoint: Endpoint): LbEndpoint => ({
  endpoint: { address: socketAddress(endpoint) },
  loadBalancingWeight: 1,
  ...translateTags(endpoint.tags),
});
