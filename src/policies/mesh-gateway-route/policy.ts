import { formatAddress } from '../../model/net.js';
import { serviceTag, tagOf } from '../../model/dataplane.js';
import type { Tags } from '../../model/resource.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import { editGatewayListeners, replaceParts } from '../../plan/edit-plan.js';
import { planGatewayCluster, type GatewayDestination } from '../../plan/gateway-cluster.js';
import type { GatewayChain, GatewayChainHost, GatewayListenerPlan } from '../../plan/gateway-plan.js';
import { planGatewaySplits } from '../../plan/gateway-splits.js';
import type { Split } from '../../plan/http-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { gatewayPorts } from '../../rules/gateway-listeners.js';
import { selectGateway } from '../../rules/select-gateway.js';
import { dataplaneOf, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { meshGatewayRouteKind } from './kind.js';
import { planRoutes } from './plan-routes.js';
import type { MeshGatewayRoute } from './schema.js';

/** Gives the ports of a builtin gateway their routes, and the gateway the clusters to which they lead. */
function apply(plan: ProxyPlan, _matches: LegacyMatches<MeshGatewayRoute>, snapshot: MeshSnapshot): ProxyPlan {
  const routes = routesByHost(plan, snapshot);
  const clusters = new Map<string, ClusterPlan>();
  const makeCluster = (wanted: GatewayDestination): ClusterPlan => {
    const cluster = planGatewayCluster(plan, snapshot, wanted);
    // of two ports with the same tags the one for requests has more to say of the cluster
    if (!clusters.has(cluster.name) || wanted.routeFor === 'http') clusters.set(cluster.name, cluster);
    return cluster;
  };
  const routed = editGatewayListeners(plan, (listener) => routeListener(listener, routes, makeCluster));
  return replaceParts(routed, { clusters: clusters.values() });
}

/** The specs of the routes of each host of each port. */
type RoutesByHost = (port: number, hostname: string) => readonly MeshGatewayRoute[];

function routesByHost({ gateway: planned, dataplane: name }: ProxyPlan, snapshot: MeshSnapshot): RoutesByHost {
  const dataplane = planned && dataplaneOf(snapshot, name);
  const gateway = dataplane && selectGateway(snapshot, dataplane);
  const ports = dataplane === undefined || gateway === undefined ? [] : gatewayPorts(snapshot, dataplane, gateway);
  const key = (port: number, hostname: string): string => formatAddress({ address: hostname, port });
  const byHost = new Map(
    ports.flatMap(({ port, hosts }) =>
      hosts.map(({ hostname, routes }) => [key(port, hostname), routes.map(({ spec }) => spec as MeshGatewayRoute)]),
    ),
  );
  return (port, hostname) => byHost.get(key(port, hostname)) ?? [];
}

type MakeCluster = (wanted: GatewayDestination) => ClusterPlan;

function routeListener(
  listener: GatewayListenerPlan,
  routesOf: RoutesByHost,
  makeCluster: MakeCluster,
): GatewayListenerPlan {
  const { traffic, port, protocol: listenerProtocol } = listener;
  const clusterFor = (routeFor: 'http' | 'tcp', tags: Tags) => (destination: Tags) =>
    makeCluster({ destination, listener: tags, listenerProtocol, routeFor });
  switch (traffic.kind) {
    case 'http': {
      const hosts = traffic.hosts.map((host) => {
        const rules = routesOf(port, host.hostname).flatMap(({ conf }) => conf?.http?.rules ?? []);
        return { ...host, routes: planRoutes(rules, { port, clusterFor: clusterFor('http', host.tags) }) };
      });
      return { ...listener, traffic: { ...traffic, hosts } };
    }
    case 'tcp': {
      const destinationsOf = ({ hostname, tags }: GatewayChainHost): readonly Split[] =>
        routesOf(port, hostname)
          .flatMap(({ conf }) => conf?.tcp?.rules ?? [])
          .flatMap(({ backends = [] }) => backends)
          .filter(({ destination }) => tagOf(destination, serviceTag) !== '')
          .map(({ destination = {}, weight = 0 }) => ({ cluster: clusterFor('tcp', tags)(destination).name, weight }));
      const planChain = (chain: GatewayChain): GatewayChain => {
        const hosts = chain.hosts.map((host) => ({ ...host, destinations: destinationsOf(host) }));
        return { ...chain, hosts, tcp: { ...chain.tcp, splits: planGatewaySplits(hosts) } };
      };
      return { ...listener, traffic: { ...traffic, chains: traffic.chains.map(planChain) } };
    }
  }
}

/** MeshGatewayRoute: where traffic goes that enters through a builtin gateway; attaches to no other proxies. */
export const meshGatewayRoute: LegacyPolicy<MeshGatewayRoute> = {
  kind: meshGatewayRouteKind,
  matching: [],
  actsUnattached: true,
  apply,
};
