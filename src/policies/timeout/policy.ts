import { rememberByBoth } from '../../lib/remember.js';
import type { Duration } from '../../lib/proto-duration.js';
import { formatAddress } from '../../model/net.js';
import { isHttp } from '../../model/protocol.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import { clustersOf, editClusters, editForward, editGatewayRoutes, editRoutes } from '../../plan/edit-plan.js';
import type { Traffic } from '../../plan/http-plan.js';
import type { OutboundListenerPlan } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { timeoutKind } from './kind.js';
import type { Timeout } from './schema.js';

type Conf = NonNullable<Timeout['conf']>;

/** What a Timeout leaves out never times out, but for the connecting (Kuma 2.5). */
const never: Duration = '0s';

/**
 * Sets the timeouts of the routes that TrafficRoute made, and of the clusters to which they lead. A cluster has those of
 * the last outbound that leads to it, and none of its own when that has no Timeout (Kuma 2.5).
 */
function apply(plan: ProxyPlan, matches: LegacyMatches<Timeout>): ProxyPlan {
  const outboundListeners = new Map(plan.outboundListeners);
  const clusters = new Map(plan.clusters);
  for (const outbound of plan.outbounds) {
    const address = formatAddress(outbound);
    const listener = plan.outboundListeners.get(address);
    if (listener === undefined) continue;
    const conf = matches.outbound(outbound)?.policy.spec.conf;
    if (conf !== undefined) outboundListeners.set(address, limitListener(listener, conf));
    for (const name of clustersOf(listener.traffic)) {
      const cluster = plan.clusters.get(name);
      if (cluster !== undefined) clusters.set(name, conf === undefined ? cluster : limitCluster(cluster, conf));
    }
  }
  return limitGateway({ ...plan, outboundListeners, clusters }, matches);
}

/** A request timeout of zero leaves gateways with Envoy's own (Kuma 2.5). */
function limitGateway(plan: ProxyPlan, matches: LegacyMatches<Timeout>): ProxyPlan {
  if (plan.gateway === undefined) return plan;
  const clusters = editClusters(plan, (cluster) => {
    const conf = cluster.gateway && matches.cluster(cluster)?.spec.conf;
    return conf === undefined ? cluster : limitCluster(cluster, conf);
  });
  return editGatewayRoutes(clusters, (route, uses) => {
    const timeout = matches.split(uses)?.spec.conf?.http?.requestTimeout ?? never;
    return timeout === never ? route : editForward(route, (action) => ({ ...action, timeout }));
  });
}

const limitListener = rememberByBoth((listener: OutboundListenerPlan, conf: Conf): OutboundListenerPlan => ({
  ...listener,
  traffic: limitTraffic(listener, conf),
}));

function limitTraffic({ traffic, protocol }: OutboundListenerPlan, { tcp, http, grpc }: Conf): Traffic {
  switch (traffic.kind) {
    case 'none':
      return traffic;
    case 'tcp':
      return { ...traffic, idleTimeout: tcp?.idleTimeout ?? never };
    case 'http': {
      const ofGrpc = protocol === 'grpc' ? grpc?.streamIdleTimeout : undefined;
      const streamIdleTimeout = http?.streamIdleTimeout ?? ofGrpc ?? never;
      const timeout = http?.requestTimeout ?? never;
      return {
        ...traffic,
        ...editRoutes(traffic, (route) => editForward(route, (action) => ({ ...action, timeout }))),
        idleTimeout: http?.idleTimeout ?? never,
        streamIdleTimeout,
      };
    }
  }
}

const limitCluster = rememberByBoth((cluster: ClusterPlan, conf: Conf): ClusterPlan => {
  const { connectTimeout = '10s', http, grpc } = conf;
  const protocol = cluster.gateway?.protocol ?? cluster.protocol;
  if (cluster.http === undefined || !isHttp(protocol)) return { ...cluster, connectTimeout };
  const longest = [http?.maxStreamDuration, protocol === 'grpc' ? grpc?.maxStreamDuration : undefined];
  const maxStreamDuration = longest.find((duration) => duration !== undefined && duration !== never);
  return {
    ...cluster,
    connectTimeout,
    http: {
      ...cluster.http,
      idleTimeout: http?.idleTimeout ?? never,
      ...(maxStreamDuration === undefined ? {} : { maxStreamDuration }),
    },
  };
});

/** Timeout: how long connections and requests may take. */
export const timeout: LegacyPolicy<Timeout> = { kind: timeoutKind, matching: ['outbound'], actsOnRoutes: true, apply };
