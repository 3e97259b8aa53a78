import type { ClusterLoadAssignment } from '../../envoy/resources.js';
import type { Translation } from '../translation.js';

/**
 * What users left of the resources, such that Envoy is given nothing that does not fit together: each under the name that
 * it bears, and endpoints for exactly those clusters that fetch them. Kuma 2.5 would send nothing at all.
 */
export function settleResources({ resources, origins }: Translation): Translation {
  const clusters = byName(resources.clusters.values());
  const known = new Map([...resources.endpoints.values()].map((each) => [each.clusterName, each]));
  const endpoints = new Map<string, ClusterLoadAssignment>();
  for (const { name = '', type, edsClusterConfig } of clusters.values()) {
    if (type !== 'EDS' || edsClusterConfig?.edsConfig?.ads === undefined) continue;
    const { serviceName = name } = edsClusterConfig;
    endpoints.set(serviceName, known.get(serviceName) ?? { clusterName: serviceName });
  }
  const listeners = byName(resources.listeners.values());
  return { resources: { ...resources, clusters, endpoints, listeners }, origins };
}

const byName = <Resource extends { readonly name?: string }>(resources: Iterable<Resource>): Map<string, Resource> =>
  new Map([...resources].map((resource) => [resource.name ?? '', resource]));
