import type { ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from '../envoy/resources.js';
import { tagOf, zoneTag } from '../model/dataplane.js';
import type { Endpoint } from '../model/endpoint.js';
import { compareBytes, type Tags } from '../model/resource.js';
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
  const localities = translateZones(endpoints, translateEndpoint, localityAware);
  return { clusterName, ...(localities.length === 0 ? {} : { endpoints: localities }) };
}

/** Endpoints of any sort by zone, those without one first. */
export const translateZones = <Of extends { readonly tags: Tags }>(
  endpoints: readonly Of[],
  translateOne: (endpoint: Of) => LbEndpoint,
  localityAware: boolean,
): LocalityLbEndpoints[] =>
  groupByZone(endpoints).map(([zone, ofZone]) => ({
    ...(zone === '' ? {} : { locality: { zone } }),
    // the control plane is in no zone, so to it every zone is a remote one
    ...(zone !== '' && localityAware ? { priority: 1 } : {}),
    lbEndpoints: ofZone.map(translateOne),
  }));

function groupByZone<Of extends { readonly tags: Tags }>(
  endpoints: readonly Of[],
): (readonly [zone: string, endpoints: readonly Of[]])[] {
  const zones = new Map<string, Of[]>();
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
