import { formatAddress } from '../model/net.js';
import type { ClusterPlan } from './cluster-plan.js';
import type { GatewayListenerPlan, GatewayUse } from './gateway-plan.js';
import type { HttpRoute, RouteAction, Split, TcpPlan, Traffic } from './http-plan.js';
import type { InboundPlan, OutboundListenerPlan, OutboundPlan } from './listener-plan.js';
import type { ProxyPlan } from './proxy-plan.js';
import type { PassListenerPlan } from './redirected.js';

/** Every inbound as the function makes it; the same value leaves it alone. */
export const editInbounds = (plan: ProxyPlan, edit: (inbound: InboundPlan) => InboundPlan): ProxyPlan => ({
  ...plan,
  inbounds: mapValues(plan.inbounds, edit),
});

/**
 * The listener of every outbound as the function makes it, outbound after outbound: several at one address have their
 * turns with the same listener (Kuma 2.5).
 */
export function editListeners(
  plan: ProxyPlan,
  edit: (listener: OutboundListenerPlan, outbound: OutboundPlan) => OutboundListenerPlan,
): ProxyPlan {
  const outboundListeners = new Map(plan.outboundListeners);
  for (const outbound of plan.outbounds) {
    const at = formatAddress(outbound);
    const listener = outboundListeners.get(at);
    if (listener !== undefined) outboundListeners.set(at, edit(listener, outbound));
  }
  return { ...plan, outboundListeners };
}

/** Every outbound listener as the function makes it. */
export const editOutbounds = (
  plan: ProxyPlan,
  edit: (listener: OutboundListenerPlan) => OutboundListenerPlan,
): ProxyPlan => ({ ...plan, outboundListeners: mapValues(plan.outboundListeners, edit) });

/** Every listener for redirected connections that go out as the function makes it. */
export const editPassListeners = (
  plan: ProxyPlan,
  edit: (listener: PassListenerPlan) => PassListenerPlan,
): ProxyPlan => ({
  ...plan,
  passListeners: mapValues(plan.passListeners, (each) => (each.direction === 'outbound' ? edit(each) : each)),
});

/** Every port of a builtin gateway as the function makes it. */
export const editGatewayListeners = (
  plan: ProxyPlan,
  edit: (listener: GatewayListenerPlan) => GatewayListenerPlan,
): ProxyPlan =>
  plan.gateway === undefined ? plan : { ...plan, gateway: { listeners: mapValues(plan.gateway.listeners, edit) } };

/** Every route of a gateway's requests as the function makes it; `uses` are those of its destinations. */
export const editGatewayRoutes = (
  plan: ProxyPlan,
  edit: (route: HttpRoute, uses: readonly GatewayUse[], listener: GatewayListenerPlan) => HttpRoute,
): ProxyPlan =>
  editGatewayListeners(plan, (listener) => {
    const { traffic } = listener;
    if (traffic.kind !== 'http') return listener;
    const hosts = traffic.hosts.map((host) => ({
      ...host,
      routes: host.routes.map((route) => edit(route, usesOf(plan, splitsOf(route)), listener)),
    }));
    return { ...listener, traffic: { ...traffic, hosts } };
  });

/** What happens to the connections of every chain of a gateway's ports as the function makes it. */
export const editGatewayChains = (
  plan: ProxyPlan,
  edit: (tcp: TcpPlan & { readonly kind: 'tcp' }, listener: GatewayListenerPlan) => TcpPlan,
): ProxyPlan =>
  editGatewayListeners(plan, (listener) => {
    const { traffic } = listener;
    if (traffic.kind !== 'tcp') return listener;
    const chains = traffic.chains.map((chain) => ({ ...chain, tcp: edit({ kind: 'tcp', ...chain.tcp }, listener) }));
    return { ...listener, traffic: { ...traffic, chains } };
  });

const splitsOf = ({ action }: HttpRoute): readonly Split[] => (action.kind === 'forward' ? action.splits : []);

/** What a gateway's shares are for. */
export const usesOf = ({ clusters }: ProxyPlan, splits: readonly Split[]): readonly GatewayUse[] =>
  splits.map(({ cluster }) => clusters.get(cluster)?.gateway).filter((use) => use !== undefined);

/** Every cluster as the function makes it. */
export const editClusters = (plan: ProxyPlan, edit: (cluster: ClusterPlan) => ClusterPlan): ProxyPlan => ({
  ...plan,
  clusters: mapValues(plan.clusters, edit),
});

/** Every cluster of a service as the function makes it; those of workloads, collectors and the like stay. */
export const editServiceClusters = (plan: ProxyPlan, edit: (cluster: ClusterPlan) => ClusterPlan): ProxyPlan =>
  editClusters(plan, (cluster) => (isOfService(cluster) ? edit(cluster) : cluster));

const isOfService = ({ origin }: ClusterPlan): boolean => origin === 'outbound' || origin === 'gateway';

/**
 * Every cluster of a service that the workload consumes by that name as the function makes it; those of services to
 * which a route leads only stay (Kuma 2.5). A gateway's are all as the function makes them.
 */
export function editConsumedClusters(plan: ProxyPlan, edit: (cluster: ClusterPlan) => ClusterPlan): ProxyPlan {
  const consumed = new Set(plan.outbounds.map(({ service }) => service));
  return editServiceClusters(plan, (cluster) =>
    cluster.origin === 'gateway' || consumed.has(cluster.service) ? edit(cluster) : cluster,
  );
}

/** Puts listeners and clusters in the place of those at the same addresses and of the same names. */
export function replaceParts(
  plan: ProxyPlan,
  parts: { readonly listeners?: Iterable<OutboundListenerPlan>; readonly clusters?: Iterable<ClusterPlan> },
): ProxyPlan {
  const outboundListeners = new Map(plan.outboundListeners);
  for (const listener of parts.listeners ?? []) outboundListeners.set(formatAddress(listener), listener);
  const clusters = new Map(plan.clusters);
  for (const cluster of parts.clusters ?? []) clusters.set(cluster.name, cluster);
  return { ...plan, outboundListeners, clusters };
}

/** Takes away the listener at an address, until somebody else makes one. */
export function removeOutbound(plan: ProxyPlan, at: { readonly address: string; readonly port: number }): ProxyPlan {
  const outboundListeners = new Map(plan.outboundListeners);
  outboundListeners.delete(formatAddress(at));
  return { ...plan, outboundListeners };
}

/** The traffic with every route as the function makes it; what is no HTTP stays. */
export const editRoutes = <Kind extends Traffic>(traffic: Kind, edit: (route: HttpRoute) => HttpRoute): Kind =>
  traffic.kind === 'http' ? { ...traffic, routes: traffic.routes.map(edit) } : traffic;

/** The route with its forwarding as the function makes it; redirects stay. */
export const editForward = (
  route: HttpRoute,
  edit: (action: Extract<RouteAction, { kind: 'forward' }>) => RouteAction,
): HttpRoute => (route.action.kind === 'forward' ? { ...route, action: edit(route.action) } : route);

/** True when connections are accepted and closed, since they have no destination. */
export const isClosed = (traffic: Traffic): boolean =>
  traffic.kind === 'none' || (traffic.kind === 'tcp' && traffic.splits.length === 0);

/** Names of the clusters to which traffic goes. */
export function clustersOf(traffic: Traffic): ReadonlySet<string> {
  switch (traffic.kind) {
    case 'none':
      return new Set();
    case 'tcp':
      return new Set(traffic.splits.map(({ cluster }) => cluster));
    case 'http':
      return new Set(
        traffic.routes.flatMap(({ action }) =>
          action.kind === 'forward' ? action.splits.map(({ cluster }) => cluster) : [],
        ),
      );
  }
}

/** The very same map when no value becomes another. */
function mapValues<Key, Value>(map: ReadonlyMap<Key, Value>, edit: (value: Value) => Value): ReadonlyMap<Key, Value> {
  let edited: Map<Key, Value> | undefined;
  for (const [key, value] of map) {
    const next = edit(value);
    if (next !== value) (edited ??= new Map(map)).set(key, next);
  }
  return edited ?? map;
}
