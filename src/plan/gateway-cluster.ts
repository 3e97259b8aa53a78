import { matchesSelector, protocolTag, serviceTag, tagOf } from '../model/dataplane.js';
import { foldProtocols, parseProtocol, type Protocol } from '../model/protocol.js';
import type { Tags } from '../model/resource.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { ClusterPlan, ClusterSource } from './cluster-plan.js';
import { clusterNameOf } from './cluster-name.js';
import type { GatewayUse } from './gateway-plan.js';
import { lookUpService, type SeenService } from './look-up-service.js';
import { planInstances, planUpstreamTls, type Around } from './service-cluster.js';

/** Bytes of each connection that a gateway keeps back at most. */
export const gatewayBufferLimit = 32_768;

/** What a gateway's route needs a cluster for. */
export interface GatewayDestination extends Pick<GatewayUse, 'destination' | 'listener' | 'listenerProtocol'> {
  readonly routeFor: 'http' | 'tcp';
}

/**
 * The cluster of a gateway for the instances that hold all of the tags. Gateways speak to them as their tags or the
 * route say, not HTTP/2 as proxies do among themselves, and always encrypt in a mesh with mTLS (Kuma 2.5).
 */
export function planGatewayCluster(plan: Around, snapshot: MeshSnapshot, wanted: GatewayDestination): ClusterPlan {
  const { destination, listener, listenerProtocol, routeFor } = wanted;
  const service = tagOf(destination, serviceTag);
  const seen = lookUpService(plan, snapshot, service);
  const hosts = seen.hosts.filter(({ tags }) => matchesSelector(tags, destination));
  const isDirect = hosts.length > 0;
  const tags = isDirect ? hosts.map((host) => host.tags) : [destination];
  const protocol = spokenProtocol(tags, routeFor);
  return {
    name: clusterNameOf(destination, listener),
    origin: 'gateway',
    source: isDirect ? external(plan, hosts) : planInstances(seen, destination),
    service,
    protocol: seen.protocol,
    gateway: { destination, listener, protocol, listenerProtocol, leavesMesh: seen.hosts.length > 0 },
    connectTimeout: '10s',
    bufferLimit: gatewayBufferLimit,
    ...(seen.isExternal ? { isExternal: true } : {}),
    ...planHttp(protocol),
    ...(isDirect ? {} : planTls(plan, snapshot, destination, seen)),
  };
}

/** What the instances' own tags have in common, else what the route is for. */
function spokenProtocol(tags: readonly Tags[], routeFor: GatewayDestination['routeFor']): Protocol {
  const protocol = foldProtocols(tags.map((each) => parseProtocol(tagOf(each, protocolTag))));
  return protocol === 'unknown' ? routeFor : protocol;
}

/** As if the mesh were strict. */
const planTls = (plan: Around, snapshot: MeshSnapshot, destination: Tags, seen: SeenService) =>
  planUpstreamTls({ ...plan, tls: plan.tls === 'off' ? 'off' : 'strict' }, snapshot, destination, {
    throughEgress: seen.isExternal && seen.hosts.length === 0,
  });

const external = ({ isIPv6 }: Around, endpoints: SeenService['hosts']): ClusterSource => ({
  kind: 'external',
  endpoints,
  isV4Only: !isIPv6,
});

/** Without a Timeout nothing times out but the connecting. */
function planHttp(protocol: Protocol): Pick<ClusterPlan, 'http'> {
  switch (protocol) {
    case 'http':
      return { http: { version: 1, idleTimeout: '0s' } };
    case 'http2':
    case 'grpc':
      return { http: { version: 2, hasEdgeWindows: true, idleTimeout: '0s' } };
    case 'tcp':
    case 'kafka':
    case 'unknown':
      return {};
  }
}
