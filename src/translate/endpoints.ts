import type { ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from '../envoy/resources.js';
import type { Endpoint } from '../model/endpoint.js';
import { compareBytes, type Tags } from '../model/resource.js';
import type { LocalityPlan } from '../plan/cluster-plan.js';
import { socketAddress } from './address.js';
import { placeEndpoint, type Place } from './locality.js';
import { translateTags } from './metadata.js';

/** How endpoints are grouped. */
export interface EndpointOptions {
  /** True when endpoints of other zones are used only when this one has none. */
  readonly localityAware: boolean;
  readonly locality: LocalityPlan | undefined;
}

/** The instances of a service; a cluster without endpoints has an assignment too, lest Envoy wait for it. */
export const translateEndpoints = (
  clusterName: string,
  endpoints: readonly Endpoint[],
  options: EndpointOptions,
): ClusterLoadAssignment => assignEndpoints(clusterName, endpoints, translateEndpoint, options);

/** Endpoints of any sort by where they are: zones bytewise, and in each the groups bytewise. */
export function assignEndpoints<Of extends { readonly tags: Tags }>(
  clusterName: string,
  endpoints: readonly Of[],
  translateOne: (endpoint: Of) => LbEndpoint,
  { localityAware, locality }: EndpointOptions,
): ClusterLoadAssignment {
  const localities = new Map<string, { readonly place: Place; readonly endpoints: LbEndpoint[] }>();
  for (const endpoint of endpoints) {
    const place = placeEndpoint(endpoint.tags, locality ?? (localityAware ? { kind: 'own-zone-first' } : undefined));
    if (place === undefined) continue;
    const at = `${place.zone}:${place.subZone}`;
    const known = localities.get(at) ?? { place, endpoints: [] };
    known.endpoints.push(translateOne(endpoint));
    localities.set(at, known);
  }
  const sorted = [...localities.values()].sort((a, b) => compareBytes(nameOf(a.place), nameOf(b.place)));
  return {
    clusterName,
    ...(sorted.length === 0 ? {} : { endpoints: sorted.map(translateLocality) }),
    ...(locality?.kind === 'groups' ? { policy: { overprovisioningFactor: locality.overprovisioningFactor } } : {}),
  };
}

const nameOf = ({ zone, subZone }: Place): string => zone + subZone;

const translateLocality = ({
  place: { zone, subZone, priority, weight, isNamed },
  endpoints,
}: {
  readonly place: Place;
  readonly endpoints: LbEndpoint[];
}): LocalityLbEndpoints => ({
  ...(isNamed ? { locality: { ...(zone === '' ? {} : { zone }), ...(subZone === '' ? {} : { subZone }) } } : {}),
  ...(priority === 0 ? {} : { priority }),
  ...(weight === undefined ? {} : { loadBalancingWeight: weight }),
  lbEndpoints: endpoints,
});

const translateEndpoint = (endpoint: Endpoint): LbEndpoint => ({
  endpoint: { address: socketAddress(endpoint) },
  loadBalancingWeight: 1,
  ...translateTags(endpoint.tags),
});
