import { isIPv6 } from 'node:net';

import { rememberByIdentity } from '../lib/remember.js';
import { protocolTag, serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import type { ExternalService } from '../model/external-service.js';
import { parseProtocol } from '../model/protocol.js';
import { compareBytes, type Tags } from '../model/resource.js';
import type { ClusterPlan } from '../plan/cluster-plan.js';
import type { EgressPlan, EgressServicePlan } from '../plan/egress-plan.js';
import { externalEndpoint, hasEgressRouting } from '../plan/external-services.js';
import type { HttpPlan } from '../plan/http-plan.js';
import type { InboundPlan } from '../plan/listener-plan.js';
import { planExternalHttp } from '../plan/service-cluster.js';
import { tlsModeOf } from '../plan/tls-mode.js';
import { destinationsOf, routeDestinations } from '../rules/route-destinations.js';
import { meshOf, resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';
import { planProxy } from './compute-proxy.js';
import type { Policies } from './match-proxy.js';

/** Policies that hold at a zone egress (Kuma 2.5). */
const egressPolicies: ReadonlySet<string> = new Set([
  'TrafficPermission',
  'RateLimit',
  'FaultInjection',
  'MeshTrafficPermission',
]);

const selectPolicies = rememberByIdentity(({ targetRef, legacy }: Policies): Policies => ({
  targetRef: targetRef.filter(({ kind }) => egressPolicies.has(kind.type)),
  legacy: legacy.filter(({ kind }) => egressPolicies.has(kind.type)),
}));

/** What a zone egress at an address does for one mesh; undefined for a mesh whose proxies do not go through egresses. */
export function planEgress(snapshot: MeshSnapshot, address: string, policies: Policies): EgressPlan | undefined {
  const mesh = meshOf(snapshot);
  if (!hasEgressRouting(mesh) || tlsModeOf(mesh) === 'off') return undefined;
  const gate = askGate(snapshot, address);
  const { plan } = planProxy(snapshot, gate, selectPolicies(policies));
  const destinations = routeDestinations(snapshot, undefined);
  const services = [...plan.inbounds.values()].flatMap((inbound) => {
    const cluster = askCluster(snapshot, { service: inbound.service, isV4Only: !isIPv6(address) });
    const subsets = destinationsOf(destinations, inbound.service).filter(isServerName);
    return cluster === undefined ? [] : [planService(guard(snapshot, inbound), cluster, subsets)];
  });
  return { mesh: snapshot.name, services };
}

/** Proxies ask for what stands in the place of `*`; Envoy refuses it in a server name, and the whole listener. */
const isServerName = (tags: Tags): boolean => Object.values(tags).every((value) => !value.includes('*'));

/** As soon as a mesh has MeshTrafficPermissions, TrafficPermissions let nobody through its egress any more (Kuma 2.5). */
const guard = (snapshot: MeshSnapshot, inbound: InboundPlan): InboundPlan =>
  inbound.permissions?.by === 'MeshTrafficPermission' || resourcesOf(snapshot, 'MeshTrafficPermission').length === 0
    ? inbound
    : { ...inbound, permissions: { by: 'MeshTrafficPermission', allow: new Map() } };

/**
 * Policies see the services behind the egress as inbounds of one proxy, each at a port of its own: they have their tags,
 * and clients of the mesh.
 */
const askGate = derive({
  keyOf: (address: string) => address,
  answer: (snapshot, address): Dataplane => {
    const byService = new Map(
      listServices(snapshot).map(({ spec: { tags = {} } }) => [tagOf(tags, serviceTag), tags] as const),
    );
    const inbound = [...byService.values()].map((tags, i) => ({ port: i + 1, tags }));
    const at = { creationTime: '', modificationTime: '', creationRevision: 0, revision: 0 };
    return { ...at, type: 'Dataplane', mesh: snapshot.name, name: '', spec: { networking: { address, inbound } } };
  },
});

const listServices = (snapshot: MeshSnapshot): readonly ExternalService[] =>
  [...(resourcesOf(snapshot, 'ExternalService') as readonly ExternalService[])].sort((a, b) =>
    compareBytes(a.name, b.name),
  );

/** Meshes may have services of the same name. */
const askCluster = derive({
  keyOf: ({ service, isV4Only }: { readonly service: string; readonly isV4Only: boolean }) => `${isV4Only} ${service}`,
  answer: (snapshot, { service, isV4Only }): ClusterPlan | undefined => {
    const endpoints = listServices(snapshot)
      .filter(({ spec: { tags = {} } }) => tagOf(tags, serviceTag) === service)
      .flatMap((each) => externalEndpoint(snapshot, each))
      .map((endpoint) => ({ ...endpoint, tags: { ...endpoint.tags, mesh: snapshot.name } }));
    const [first] = endpoints;
    if (first === undefined) return undefined;
    const protocol = parseProtocol(tagOf(first.tags, protocolTag));
    return {
      name: `${snapshot.name}:${service}`,
      origin: 'egress',
      source: { kind: 'external', endpoints, isV4Only },
      service,
      protocol,
      connectTimeout: '10s',
      ...planExternalHttp(protocol),
    };
  },
});

const isAsHttp: ReadonlySet<string> = new Set(['http', 'http2', 'grpc']);

function planService(inbound: InboundPlan, cluster: ClusterPlan, subsets: readonly Tags[]): EgressServicePlan {
  const { service, traffic, permissions = { by: 'TrafficPermission', allow: new Map() } } = inbound;
  return {
    service,
    cluster,
    subsets,
    permissions,
    ...(isAsHttp.has(cluster.protocol) && traffic.kind === 'http' ? { http: planHttp(traffic, cluster.name) } : {}),
  };
}

/** What policies make of the requests, on their way out. */
const planHttp = ({ routes, filters }: HttpPlan, cluster: string): HttpPlan => ({
  routes: routes.map((route) =>
    route.action.kind === 'forward'
      ? { ...route, action: { ...route.action, splits: [{ cluster, weight: 1 }] } }
      : route,
  ),
  filters: filters.filter(({ kind }) => kind !== 'grpc-stats'),
});
