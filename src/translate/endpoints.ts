import type { ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from '../envoy/resources.js';
import { serviceTag, tagOf, zoneTag } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';
import type { ClusterPlan } from '../plan/proxy-plan.js';
import type { Endpoint } from '../model/endpoint.js';
import { socketAddress } from './address.js';

/** The endpoints of a cluster, by zone; a cluster without endpoints has an assignment too, lest Envoy wait for it. */
export function translateEndpoints(cluster: ClusterPlan, localityAware: boolean): ClusterLoadAssignment {
  const localities = groupByZone(cluster.endpoints).map(([zone, endpoints]): LocalityLbEndpoints => ({
    ...(zone === '' ? {} : { locality: { zone } }),
    // the control plane is in no zone, so to it every zone is a remote one
    ...(zone !== '' && localityAware ? { priority: 1 } : {}),
    lbEndpoints: endpoints.map(translateEndpoint),
  }));
  return { clusterName: cluster.name, ...(localities.length === 0 ? {} : { endpoints: localities }) };
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

function translateEndpoint(endpoint: Endpoint): LbEndpoint {
  const tags = withoutService(endpoint.tags);
  return {
    endpoint: { address: socketAddress(endpoint) },
    loadBalancingWeight: 1,
    ...(Object.keys(tags).length === 0
      ? {}
      : { metadata: { filterMetadata: { 'envoy.lb': tags, 'envoy.transport_socket_match': tags } } }),
  };
}

const withoutService = (tags: Tags): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => key !== serviceTag));
