import { matchesSelector, meshTag, serviceTag, tagOf } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import { openMeshesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { ClusterPlan, UpstreamTls } from './cluster-plan.js';
import { serviceClusterName } from './cluster-name.js';
import { seenProtocol } from './look-up-service.js';
import type { ProxyPlan } from './proxy-plan.js';
import { sniOf } from './sni.js';
import { tlsModeOf } from './tls-mode.js';

/**
 * The cluster of a service that a mesh opens to others. What it speaks is what a service of that name in the proxy's own
 * mesh does (Kuma 2.5).
 */
export function planOpenCluster(
  plan: Pick<ProxyPlan, 'mesh' | 'tls' | 'externalServices' | 'openServices'>,
  snapshot: MeshSnapshot,
  tags: Tags,
  mesh: string,
): ClusterPlan {
  const { [meshTag]: _, ...ownTags } = tags;
  const service = tagOf(tags, serviceTag);
  const open = plan.openServices.get(mesh)?.get(service) ?? [];
  return {
    name: serviceClusterName(tags),
    origin: 'outbound',
    source: { kind: 'open', endpoints: open.filter((each) => matchesSelector(each.tags, ownTags)) },
    service,
    protocol: seenProtocol(plan, snapshot, service),
    http: { version: 2 },
    ...planTls(plan, snapshot, ownTags, mesh),
  };
}

/** Gateways want the connections of other meshes encrypted, even in a permissive mesh. */
function planTls(
  { mesh: ownMesh, tls }: Pick<ProxyPlan, 'mesh' | 'tls'>,
  snapshot: MeshSnapshot,
  tags: Tags,
  mesh: string,
): { readonly tls?: UpstreamTls } {
  if (tls === 'off' || tlsModeOf(openMeshesOf(snapshot).get(mesh)?.mesh) === 'off') return {};
  return { tls: { mesh, ownMesh, service: tagOf(tags, serviceTag), sni: sniOf(tags, mesh) } };
}
