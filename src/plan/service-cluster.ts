import { rememberByIdentity, rememberTexts, type TextMemo } from '../lib/remember.js';
import { meshTag, serviceTag, tagOf } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import type { Protocol } from '../model/protocol.js';
import { isTlsReady, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { ClusterPlan, ClusterSource, UpstreamTls } from './cluster-plan.js';
import { clusterNameOf } from './cluster-name.js';
import { egressService } from './external-services.js';
import { lookUpService, type SeenService } from './look-up-service.js';
import { planOpenCluster } from './open-cluster.js';
import type { ProxyPlan } from './proxy-plan.js';
import { sniOf } from './sni.js';

/** The part of a plan on which clusters depend. */
export type Around = Pick<ProxyPlan, 'mesh' | 'tls' | 'externalServices' | 'openServices' | 'isIPv6'>;

/**
 * The cluster of the instances of a service that hold all of the tags. Proxies speak HTTP/2 to each other, whatever is
 * inside; what is encrypted follows from the mesh. Hosts outside of the mesh are spoken to as they wish. A mesh among
 * the tags is where the service is, if that mesh opens it.
 */
export function planServiceCluster(plan: Around, snapshot: MeshSnapshot, tags: Tags): ClusterPlan {
  if (tags[meshTag] !== undefined) return planOpenCluster(plan, snapshot, tags, tags[meshTag]);
  const service = tagOf(tags, serviceTag);
  const seen = lookUpService(plan, snapshot, service);
  const tls = seen.hosts.length > 0 ? {} : planUpstreamTls(plan, snapshot, tags, { throughEgress: seen.isExternal });
  const text = JSON.stringify([tags, tls, plan.isIPv6]);
  return clustersOf(seen)(text, () => ({
    name: clusterNameOf(tags),
    origin: 'outbound',
    source: planSource(plan, seen, tags),
    service,
    protocol: seen.protocol,
    ...(seen.isExternal ? { isExternal: true, ...planExternalHttp(seen.protocol) } : { http: { version: 2 } }),
    ...tls,
  }));
}

/** The clusters of a service, by all that they are made of besides it. */
const clustersOf = rememberByIdentity<SeenService, TextMemo<ClusterPlan>>(() => rememberTexts<ClusterPlan>());

/** Hosts outside of the mesh are all there, whatever the other tags (Kuma 2.5). */
const planSource = ({ isIPv6 }: Around, seen: SeenService, tags: Tags): ClusterSource =>
  seen.hosts.length > 0 ? { kind: 'external', endpoints: seen.hosts, isV4Only: !isIPv6 } : planInstances(seen, tags);

/** The instances of a service that hold all of the tags. */
export const planInstances = ({ others }: SeenService, tags: Tags): ClusterSource => ({
  kind: 'instances',
  service: tagOf(tags, serviceTag),
  tags,
  others,
});

/** What is no HTTP is spoken through as it is. */
export function planExternalHttp(protocol: Protocol): Pick<ClusterPlan, 'http'> {
  switch (protocol) {
    case 'http':
      return { http: { version: 1 } };
    case 'http2':
    case 'grpc':
      return { http: { version: 2 } };
    case 'tcp':
    case 'kafka':
    case 'unknown':
      return {};
  }
}

/** In permissive mode connections are encrypted only once every instance of the service can take them. */
export function planUpstreamTls(
  { mesh, tls }: Pick<ProxyPlan, 'mesh' | 'tls'>,
  snapshot: MeshSnapshot,
  tags: Tags,
  { throughEgress }: { readonly throughEgress: boolean },
): { readonly tls?: UpstreamTls } {
  const service = tagOf(tags, serviceTag);
  if (tls === 'off' || (tls === 'permissive' && !throughEgress && !isTlsReady(snapshot, service))) return {};
  return { tls: { mesh, service: throughEgress ? egressService : service, sni: sniOf(tags, mesh) } };
}
