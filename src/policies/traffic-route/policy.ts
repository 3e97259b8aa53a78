import { rememberByBoth, rememberByIdentity, rememberTexts, type TextMemo } from '../../lib/remember.js';
import { makeShareValue } from '../../lib/share-values.js';
import { formatAddress } from '../../model/net.js';
import { foldProtocols, isHttp, type Protocol } from '../../model/protocol.js';
import type { Tags } from '../../model/resource.js';
import { planRouted } from '../../plan/base-plan.js';
import { serviceClusterName } from '../../plan/cluster-name.js';
import type { ClusterPlan, LoadBalancer } from '../../plan/cluster-plan.js';
import type { HttpRoute, Split, Traffic } from '../../plan/http-plan.js';
import type { OutboundListenerPlan, OutboundPlan } from '../../plan/listener-plan.js';
import { lookUpService } from '../../plan/look-up-service.js';
import { countsKafka } from '../../plan/proxy-node.js';
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

/** Some of the traffic of an outbound and the tags to which it goes. */
interface Part {
  readonly http: Entry | undefined;
  readonly shares: readonly { readonly tags: Tags; readonly split: Split }[];
}

/** The parts of a route for an outbound, whose tags stand in for `*` and for what a destination leaves out. */
const partsOf = rememberByBoth((outbound: Tags, conf: Conf): readonly Part[] => {
  const partOf = (http: Entry | undefined, destinations: Destinations): Part => ({
    http,
    shares: sharesOf(destinations)
      // Envoy refuses a weighted cluster of weight 0
      .filter(({ weight }) => weight > 0)
      .map(({ tags, weight }) => ({ tags: resolveDestination(tags, outbound), weight }))
      .map(({ tags, weight }) => ({ tags, split: { cluster: serviceClusterName(tags), weight } })),
  });
  const parts = [...(conf.http ?? []).map((http) => partOf(http, http)), partOf(undefined, conf)].filter(
    ({ shares }) => shares.length > 0,
  );
  // the same for all proxies with such an outbound
  return shareParts(JSON.stringify(parts), () => parts);
});

const shareParts = makeShareValue<readonly Part[]>();

const noConf: Conf = {};

/** Every outbound that a TrafficRoute names gets its listener and the clusters the route leads to. */
function apply(plan: ProxyPlan, matches: LegacyMatches<TrafficRoute>, snapshot: MeshSnapshot): ProxyPlan {
  const outboundListeners = new Map(plan.outboundListeners);
  const allClusters = new Map(plan.clusters);
  for (const outbound of plan.outbounds) {
    const match = matches.outbound(outbound);
    if (match === undefined) continue;
    const conf = match.policy.spec.conf ?? noConf;
    const parts = partsOf(match.tags, conf);
    const clusters = new Map<string, ClusterPlan>();
    for (const { tags } of parts.flatMap(({ shares }) => shares)) {
      const cluster = planRouteCluster(planServiceCluster(plan, snapshot, tags), conf);
      clusters.set(cluster.name, cluster);
    }
    const protocol = protocolOf(plan, snapshot, [...clusters.values()]);
    // MeshHTTPRoutes take all outbounds that speak HTTP, but for gRPC (Kuma 2.5)
    if (plan.hasHttpRoutes && (protocol === 'http' || protocol === 'http2')) {
      outboundListeners.delete(formatAddress(outbound));
      continue;
    }
    const outside = [...clusters.values()].filter(({ isExternal }) => isExternal === true).map(({ name }) => name);
    outboundListeners.set(
      formatAddress(outbound),
      planListener(outbound, parts, { protocol, outside, countsKafka: countsKafka(plan.node) }),
    );
    for (const [name, cluster] of clusters) allClusters.set(name, cluster);
  }
  return { ...plan, outboundListeners, clusters: allClusters };
}

/** What is around a route. */
interface Around {
  readonly protocol: Protocol;
  /** Names of the clusters outside of the mesh. */
  readonly outside: readonly string[];
  readonly countsKafka: boolean;
}

const planListener = (outbound: OutboundPlan, parts: readonly Part[], around: Around): OutboundListenerPlan =>
  routeListener(
    outbound,
    routeOf(parts)(JSON.stringify(around), () => ({ around, traffic: planTraffic(parts, around) })),
  );

/** What becomes of the connections. */
interface Route {
  readonly around: Around;
  readonly traffic: Traffic;
}

/** What becomes of the connections, by what is around the parts. */
const routeOf = rememberByIdentity<readonly Part[], TextMemo<Route>>(() => rememberTexts<Route>());

const routeListener = rememberByBoth((outbound: OutboundPlan, { around, traffic }: Route): OutboundListenerPlan => ({
  ...planRouted(outbound, traffic, trafficRouteKind.type),
  protocol: around.protocol,
}));

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
const planRouteCluster = rememberByBoth((cluster: ClusterPlan, conf: Conf): ClusterPlan => {
  const loadBalancer = readLoadBalancer(conf.loadBalancer);
  return {
    ...cluster,
    connectTimeout: '10s',
    ...(cluster.http === undefined || !isHttp(cluster.protocol)
      ? {}
      : { http: { ...cluster.http, idleTimeout: '0s' } }),
    ...(loadBalancer === undefined || cluster.isExternal === true ? {} : { loadBalancer }),
  };
});

const splitsOf = ({ shares }: Part): readonly Split[] => shares.map(({ split }) => split);

function planTraffic(parts: readonly Part[], { protocol, outside, countsKafka: kafka }: Around): Traffic {
  switch (protocol) {
    case 'unknown':
    case 'tcp':
    case 'kafka':
      return {
        kind: 'tcp',
        splits: parts.flatMap(splitsOf),
        idleTimeout: '0s',
        ...(protocol === 'kafka' ? { kafka } : {}),
      };
    case 'http':
    case 'http2':
    case 'grpc':
      return {
        kind: 'http',
        routes: parts.map((part) => planRoute(part, outside)),
        filters: protocol === 'grpc' ? [{ kind: 'grpc-stats' }] : [],
        idleTimeout: '0s',
        streamIdleTimeout: '0s',
      };
  }
}

function planRoute(part: Part, outside: readonly string[]): HttpRoute {
  const { http } = part;
  const splits = splitsOf(part);
  const leadsOutside = splits.some(({ cluster }) => outside.includes(cluster));
  return {
    match: matchRequests(http?.match),
    action: {
      kind: 'forward',
      splits,
      timeout: '0s',
      ...(leadsOutside ? { hostRewrite: { kind: 'auto' } } : {}),
      ...rewriteRequests(http?.modify),
    },
    ...(http?.modify?.requestHeaders === undefined
      ? {}
      : { requestHeaders: changeHeaders(http.modify.requestHeaders) }),
    ...(http?.modify?.responseHeaders === undefined
      ? {}
      : { responseHeaders: changeHeaders(http.modify.responseHeaders) }),
  };
}

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
