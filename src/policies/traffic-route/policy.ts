import { foldProtocols, isHttp, type Protocol } from '../../model/protocol.js';
import type { Tags } from '../../model/resource.js';
import { planRouted } from '../../plan/base-plan.js';
import type { ClusterPlan, LoadBalancer } from '../../plan/cluster-plan.js';
import { removeOutbound, replaceParts } from '../../plan/edit-plan.js';
import type { HttpRoute, Split, Traffic } from '../../plan/http-plan.js';
import type { OutboundPlan } from '../../plan/listener-plan.js';
import { lookUpService } from '../../plan/look-up-service.js';
import { countsKafka, type ProxyNode } from '../../plan/proxy-node.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { planServiceCluster } from '../../plan/service-cluster.js';
import { resolveDestination } from '../../rules/match-legacy.js';
import type { MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { trafficRouteKind } from './kind.js';
import { changeHeaders, matchRequests, rewriteRequests } from './http-route.js';
import type { TrafficRoute } from './schema.js';

type Conf = NonNullable<TrafficRoute['conf']>;
type Entry = NonNullable<Conf['http']>[number];
type Destinations = Pick<Conf, 'split' | 'destination'>;

/** The destinations with their weights; a single one has weight 1. */
const sharesOf = ({ split = [], destination }: Destinations): readonly { tags: Tags; weight: number }[] =>
  destination !== undefined && Object.keys(destination).length > 0
    ? [{ tags: destination, weight: 1 }]
    : split.map((each) => ({ tags: each.destination ?? {}, weight: each.weight ?? 0 }));

/** Some of the traffic of an outbound and the clusters it goes to; entries without any are left out. */
interface Part {
  readonly http: Entry | undefined;
  readonly splits: readonly Split[];
  /** Some of it leaves the mesh. */
  readonly leadsOutside: boolean;
}

/** Every outbound that a TrafficRoute names gets its listener and the clusters the route leads to. */
function apply(plan: ProxyPlan, matches: LegacyMatches<TrafficRoute>, snapshot: MeshSnapshot): ProxyPlan {
  return plan.outbounds.reduce((edited, outbound) => {
    const match = matches.outbound(outbound);
    return match === undefined
      ? edited
      : routeOutbound(edited, outbound, match.policy.spec.conf ?? {}, { snapshot, tags: match.tags });
  }, plan);
}

interface Around {
  readonly snapshot: MeshSnapshot;
  /** Tags of the outbound, which stand in for `*` and for what a destination leaves out. */
  readonly tags: Tags;
}

function routeOutbound(plan: ProxyPlan, outbound: OutboundPlan, conf: Conf, { snapshot, tags }: Around): ProxyPlan {
  const clusters = new Map<string, ClusterPlan>();
  const loadBalancer = readLoadBalancer(conf.loadBalancer);
  const planPart = (http: Entry | undefined, destinations: Destinations): Part => {
    const shares = sharesOf(destinations)
      // Envoy refuses a weighted cluster of weight 0
      .filter(({ weight }) => weight > 0)
      .map(({ tags: destination, weight }) => ({
        cluster: planRouteCluster(plan, snapshot, resolveDestination(destination, tags), loadBalancer),
        weight,
      }));
    for (const { cluster } of shares) clusters.set(cluster.name, cluster);
    return {
      http,
      splits: shares.map(({ cluster, weight }) => ({ cluster: cluster.name, weight })),
      leadsOutside: shares.some(({ cluster }) => cluster.isExternal === true),
    };
  };
  const parts = [...(conf.http ?? []).map((http) => planPart(http, http)), planPart(undefined, conf)].filter(
    ({ splits }) => splits.length > 0,
  );
  const protocol = protocolOf(plan, snapshot, [...clusters.values()]);
  // MeshHTTPRoutes take all outbounds that speak HTTP, but for gRPC (Kuma 2.5)
  if (plan.hasHttpRoutes && (protocol === 'http' || protocol === 'http2')) return removeOutbound(plan, outbound);
  return replaceParts(plan, {
    listeners: [{ ...planRouted(outbound, planTraffic(protocol, parts, plan.node), trafficRouteKind.type), protocol }],
    clusters: clusters.values(),
  });
}

/** What all endpoints of all services that the route leads to have in common; services without any do not count. */
function protocolOf(plan: ProxyPlan, snapshot: MeshSnapshot, clusters: readonly ClusterPlan[]): Protocol {
  const services = new Set(clusters.map(({ service }) => service));
  return foldProtocols(
    [...services]
      .map((service) => lookUpService(plan, snapshot, service).common)
      .filter((protocol) => protocol !== undefined),
  );
}

/** Without a Timeout nothing times out but the connecting. */
function planRouteCluster(
  plan: ProxyPlan,
  snapshot: MeshSnapshot,
  tags: Tags,
  loadBalancer: LoadBalancer | undefined,
): ClusterPlan {
  const cluster = planServiceCluster(plan, snapshot, tags);
  return {
    ...cluster,
    connectTimeout: '10s',
    ...(cluster.http === undefined || !isHttp(cluster.protocol)
      ? {}
      : { http: { ...cluster.http, idleTimeout: '0s' } }),
    ...(loadBalancer === undefined || cluster.isExternal === true ? {} : { loadBalancer }),
  };
}

function planTraffic(protocol: Protocol, parts: readonly Part[], node: ProxyNode): Traffic {
  switch (protocol) {
    case 'unknown':
    case 'tcp':
    case 'kafka':
      return {
        kind: 'tcp',
        splits: parts.flatMap(({ splits }) => splits),
        idleTimeout: '0s',
        ...(protocol === 'kafka' ? { kafka: countsKafka(node) } : {}),
      };
    case 'http':
    case 'http2':
    case 'grpc':
      return {
        kind: 'http',
        routes: parts.map(planRoute),
        filters: protocol === 'grpc' ? [{ kind: 'grpc-stats' }] : [],
        idleTimeout: '0s',
        streamIdleTimeout: '0s',
      };
  }
}

const planRoute = ({ http, splits, leadsOutside }: Part): HttpRoute => ({
  match: matchRequests(http?.match),
  action: {
    kind: 'forward',
    splits,
    timeout: '0s',
    ...(leadsOutside ? { hostRewrite: { kind: 'auto' } } : {}),
    ...rewriteRequests(http?.modify),
  },
  ...(http?.modify?.requestHeaders === undefined ? {} : { requestHeaders: changeHeaders(http.modify.requestHeaders) }),
  ...(http?.modify?.responseHeaders === undefined
    ? {}
    : { responseHeaders: changeHeaders(http.modify.responseHeaders) }),
});

function readLoadBalancer(balancer: Conf['loadBalancer']): LoadBalancer | undefined {
  if (balancer === undefined) return undefined;
  const { leastRequest, ringHash, random, maglev } = balancer;
  if (leastRequest !== undefined) {
    const { choiceCount = 0 } = leastRequest;
    return { kind: 'least-request', choiceCount: choiceCount === 0 ? 2 : choiceCount };
  }
  if (ringHash !== undefined) {
    const { hashFunction, minRingSize, maxRingSize } = ringHash;
    return {
      kind: 'ring-hash',
      ring: {
        ...(hashFunction === 'MURMUR_HASH_2' ? { hashFunction } : {}),
        ...(minRingSize === undefined ? {} : { minSize: Number(minRingSize) }),
        ...(maxRingSize === undefined ? {} : { maxSize: Number(maxRingSize) }),
      },
    };
  }
  if (random !== undefined) return { kind: 'random' };
  return maglev === undefined ? undefined : { kind: 'maglev' };
}

/** TrafficRoute: sends connections between services elsewhere, in shares, and HTTP requests by what is in them. */
export const trafficRoute: LegacyPolicy<TrafficRoute> = {
  kind: trafficRouteKind,
  matching: ['outbound'],
  actsOnRoutes: true,
  destinations: ({ conf }) => sharesOf(conf ?? {}).map(({ tags }) => tags),
  apply,
};
