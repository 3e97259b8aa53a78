import { serviceTag, tagOf } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';
import { isTlsReady, serviceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { ClusterPlan, UpstreamTls } from './cluster-plan.js';
import { clusterNameOf } from './cluster-name.js';
import type { ProxyPlan } from './proxy-plan.js';
import { selectEndpoints } from './select-endpoints.js';

/**
 * The cluster of the instances of a service that hold all of the tags. Proxies speak HTTP/2 to each other, whatever is
 * inside; what is encrypted follows from the mesh.
 */
export function planServiceCluster(
  plan: Pick<ProxyPlan, 'mesh' | 'tls'>,
  snapshot: MeshSnapshot,
  tags: Tags,
): ClusterPlan {
  const service = tagOf(tags, serviceTag);
  return {
    name: clusterNameOf(tags),
    origin: 'outbound',
    source: { kind: 'instances', endpoints: selectEndpoints(snapshot, tags) },
    service,
    protocol: serviceOf(snapshot, service).protocol,
    http: { version: 2 },
    ...planUpstreamTls(plan, snapshot, tags),
  };
}

/** In permissive mode connections are encrypted only once every instance of the service can take them. */
function planUpstreamTls(
  { mesh, tls }: Pick<ProxyPlan, 'mesh' | 'tls'>,
  snapshot: MeshSnapshot,
  tags: Tags,
): { readonly tls?: UpstreamTls } {
  const service = tagOf(tags, serviceTag);
  if (tls === 'off' || (tls === 'permissive' && !isTlsReady(snapshot, service))) return {};
  return { tls: { mesh, service, sni: sniOf(tags, mesh) } };
}

/** `backend{mesh=default,version=v1}`: the service, and all other tags and the mesh by name. */
export function sniOf(tags: Tags, mesh: string): string {
  const pairs = Object.entries({ ...tags, mesh })
    .filter(([key]) => key !== serviceTag)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) => `${key}=${value}`);
  return `${tagOf(tags, serviceTag)}{${pairs.join(',')}}`;
}
