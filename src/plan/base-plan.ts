import { isIPv6 } from 'node:net';

import { rememberByIdentity } from '../lib/remember.js';
import { makeShareValue } from '../lib/share-values.js';
import {
  collectTags,
  inboundAddress,
  isBuiltinGateway,
  isPort,
  orElse,
  outboundAddress,
  protocolTag,
  redirects,
  serviceTag,
  tagOf,
  workloadPort,
  type Dataplane,
  type DataplaneSpec,
  type Inbound,
} from '../model/dataplane.js';
import type { ExternalService } from '../model/external-service.js';
import { formatAddress } from '../model/net.js';
import type { PrometheusConf } from '../model/prometheus.js';
import { parseProtocol, type Protocol } from '../model/protocol.js';
import type { Resource } from '../model/resource.js';
import { meshOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { OpenServices } from '../snapshot/open-mesh.js';
import type { ClusterPlan } from './cluster-plan.js';
import { planExternalServices } from './external-services.js';
import type { Traffic } from './http-plan.js';
import type { InboundPlan, OutboundListenerPlan, OutboundPlan, TlsMode } from './listener-plan.js';
import { seenProtocol } from './look-up-service.js';
import { planOwn } from './own-listeners.js';
import { countsKafka, type ProxyNode } from './proxy-node.js';
import type { ProxyPlan } from './proxy-plan.js';
import { passAddressFor, planDirectAccess, planPassthrough } from './redirected.js';
import { tlsModeOf } from './tls-mode.js';

/** Twice what Kuma's default Timeout gives the other side, so that it is the client that gives up first. */
const inboundIdleTimeout = '7200s';
const inboundStreamIdleTimeout = '3600s';

/** What a plan begins with besides the Dataplane and its mesh. */
export interface Facts {
  /** Services outside of the mesh that the proxy may use. */
  readonly externalServices: readonly ExternalService[];
  readonly openServices: OpenServices;
  /** Where the workload reaches instances one by one; absent = nowhere. */
  readonly directEndpoints: readonly { readonly address: string; readonly port: number }[] | undefined;
  /** The names of the mesh's addresses. */
  readonly names: readonly { readonly address: string; readonly names: readonly string[] }[];
  /** How metrics are offered; absent = they are not. */
  readonly prometheus: PrometheusConf | undefined;
}

/** The plan before any policy: what the Dataplane declares, every outbound without a route. */
export function planBase(snapshot: MeshSnapshot, dataplane: Dataplane, node: ProxyNode, facts: Facts): ProxyPlan {
  const { spec } = dataplane;
  const mesh = meshOf(snapshot);
  const tls = tlsModeOf(mesh);
  const inbounds = (spec.networking?.inbound ?? []).map((inbound) => planInbound(dataplane, inbound, { tls, node }));
  const externalServices = planExternalServices(snapshot, facts.externalServices);
  const outbounds = planOutbounds(dataplane, (service) => seenProtocol({ externalServices }, snapshot, service));
  const callerTags = collectTags(spec);
  const passes = [planPassthrough(spec, mesh), planDirectAccess(facts.directEndpoints, { mesh: snapshot.name, tls })];
  const own = planOwn(spec, node, { ...facts, mesh: snapshot.name, tls });
  return {
    mesh: snapshot.name,
    dataplane: dataplane.name,
    node,
    address: orElse(spec.networking?.advertisedAddress, spec.networking?.address ?? ''),
    isIPv6: isIPv6(spec.networking?.address ?? ''),
    identifyingService: callerTags.get(serviceTag)?.[0] ?? 'unknown',
    callerTags,
    tls,
    isTransparent: redirects(spec),
    inbounds: new Map(inbounds.map(({ plan }) => [formatAddress(plan), plan])),
    outbounds,
    hasHttpRoutes: false,
    outboundListeners: new Map(outbounds.map((outbound) => [formatAddress(outbound), planUnrouted(outbound)])),
    ...(isBuiltinGateway(spec) ? { gateway: { listeners: new Map() } } : {}),
    passListeners: new Map(passes.flatMap(({ listeners }) => listeners.map((each) => [each.name, each]))),
    own: own.listeners,
    clusters: new Map(
      [...own.clusters, ...passes.flatMap(({ clusters }) => clusters), ...inbounds.map(({ workload }) => workload)].map(
        (cluster) => [cluster.name, cluster],
      ),
    ),
    externalServices,
    openServices: facts.openServices,
    localityAware: isLocalityAware(mesh),
  };
}

/** An outbound listener that nothing routes: connections are accepted and closed. */
const planUnrouted = rememberByIdentity((outbound: OutboundPlan): OutboundListenerPlan => ({
  address: outbound.address,
  port: outbound.port,
  tags: outbound.tags,
  outbound,
  traffic: { kind: 'none' },
  accessLogs: [],
}));

/** An outbound listener with the route that a kind of policy gives it. */
export const planRouted = (outbound: OutboundPlan, traffic: Traffic, routedBy: string): OutboundListenerPlan => ({
  ...planUnrouted(outbound),
  traffic,
  routedBy,
});

function planInbound(
  { spec }: Dataplane,
  inbound: Inbound,
  { tls, node }: { readonly tls: TlsMode; readonly node: ProxyNode },
): { readonly plan: InboundPlan; readonly workload: ClusterPlan } {
  const address = inboundAddress(spec, inbound);
  const protocol = parseProtocol(tagOf(inbound.tags, protocolTag));
  const port = workloadPort(inbound);
  const workload = `localhost:${port}`;
  const workloadAddress = orElse(inbound.serviceAddress, address);
  return {
    plan: {
      address,
      port: inbound.port,
      tags: inbound.tags ?? {},
      service: tagOf(inbound.tags, serviceTag),
      protocol,
      workload,
      workloadPort: port,
      tls,
      traffic: planInboundTraffic(protocol, workload, node),
      accessLogs: [],
    },
    workload: {
      name: workload,
      origin: 'inbound',
      source: { kind: 'address', address: workloadAddress, port },
      service: '',
      protocol,
      connectTimeout: '10s',
      ...planWorkloadHttp(protocol),
      ...(isRedirected(spec) ? { sourceAddress: passAddressFor(workloadAddress) } : {}),
    },
  };
}

/** Of a proxy with an IPv6 address, connections of that family (Kuma 2.5). */
const isRedirected = (spec: DataplaneSpec): boolean =>
  isIPv6(spec.networking?.address ?? '')
    ? isPort(spec.networking?.transparentProxying?.redirectPortInboundV6)
    : redirects(spec);

function planInboundTraffic(protocol: Protocol, cluster: string, node: ProxyNode): Traffic {
  const splits = [{ cluster, weight: 1 }];
  switch (protocol) {
    case 'tcp':
    case 'unknown':
      return { kind: 'tcp', splits, idleTimeout: inboundIdleTimeout };
    case 'kafka':
      return { kind: 'tcp', splits, idleTimeout: inboundIdleTimeout, kafka: countsKafka(node) };
    case 'http':
    case 'http2':
    case 'grpc':
      return {
        kind: 'http',
        routes: [
          {
            match: { path: { kind: 'prefix', value: '/' }, headers: [], queryParameters: [] },
            action: { kind: 'forward', splits, timeout: '0s' },
          },
        ],
        filters: protocol === 'grpc' ? [{ kind: 'grpc-stats' }] : [],
        idleTimeout: inboundIdleTimeout,
        streamIdleTimeout: inboundStreamIdleTimeout,
      };
  }
}

function planWorkloadHttp(protocol: Protocol): Pick<ClusterPlan, 'http'> {
  switch (protocol) {
    case 'http':
      return { http: { version: 1, idleTimeout: inboundIdleTimeout } };
    case 'http2':
    case 'grpc':
      return { http: { version: 2, idleTimeout: inboundIdleTimeout } };
    case 'tcp':
    case 'kafka':
    case 'unknown':
      return {};
  }
}

const planOutbounds = ({ spec }: Dataplane, protocolOf: (service: string) => Protocol): OutboundPlan[] =>
  (spec.networking?.outbound ?? []).map((outbound) => {
    const service = tagOf(outbound.tags, serviceTag);
    const plan: OutboundPlan = {
      address: outboundAddress(outbound),
      port: outbound.port,
      tags: outbound.tags ?? {},
      service,
      protocol: protocolOf(service),
      hasHttpRules: false,
    };
    // proxies of one service have the same outbounds, of which policies then make the same listeners
    return shareOutbound(JSON.stringify(plan), () => plan);
  });

const shareOutbound = makeShareValue<OutboundPlan>();

/** The part of a Mesh that says which instances are preferred. */
interface MeshRouting {
  readonly routing?: { readonly localityAwareLoadBalancing?: boolean };
}

const isLocalityAware = (mesh: Resource | undefined): boolean =>
  (mesh?.spec as MeshRouting | undefined)?.routing?.localityAwareLoadBalancing === true;
