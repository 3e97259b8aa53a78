import { serviceTag } from '../../model/dataplane.js';
import type { Protocol } from '../../model/protocol.js';
import { compareBytes, type Tags } from '../../model/resource.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import { editGatewayListeners } from '../../plan/edit-plan.js';
import { planGatewayCluster } from '../../plan/gateway-cluster.js';
import type { GatewayChain, GatewayChainHost, GatewayListenerPlan, GatewayTcp } from '../../plan/gateway-plan.js';
import { planGatewaySplits } from '../../plan/gateway-splits.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { BackendRef } from '../backend-ref.js';

/** The backends for a listener with these tags; undefined where no MeshTCPRoute is for it. */
export type BackendsFor = (listener: Tags) => readonly BackendRef[] | undefined;

/**
 * Sends the connections to those hosts of a gateway's ports for which there are backends to these, and nowhere else.
 * Whatever their other routes have brought goes, unless others need it.
 */
export function routeGateway(plan: ProxyPlan, snapshot: MeshSnapshot, backendsFor: BackendsFor): ProxyPlan {
  const clusters = new Map<string, ClusterPlan>();
  const routeHost = (host: GatewayChainHost, listenerProtocol: Protocol): GatewayChainHost => {
    const backends = (backendsFor(host.tags) ?? []).filter(isDestination);
    const destinations = backends.map(({ name = '', tags, weight = 1 }) => {
      const destination = { ...tags, [serviceTag]: name };
      const wanted = { destination, listener: host.tags, listenerProtocol, routeFor: 'tcp' } as const;
      // bytes are carried through, whatever is inside
      const { http: _none, ...cluster } = planGatewayCluster(plan, snapshot, wanted);
      clusters.set(cluster.name, cluster);
      return { cluster: cluster.name, weight };
    });
    return { ...host, destinations };
  };
  const routed = editGatewayListeners(plan, (listener) => {
    const { traffic, protocol } = listener;
    if (traffic.kind !== 'tcp') return listener;
    const hosts = traffic.chains.flatMap((chain) => chain.hosts);
    const isTaken = ({ tags }: GatewayChainHost): boolean => backendsFor(tags) !== undefined;
    const taken = hosts.filter(isTaken).map((host) => routeHost(host, protocol));
    if (taken.length === 0) return listener;
    const others = hosts.filter((host) => !isTaken(host));
    return { ...listener, traffic: { ...traffic, chains: planChains(traffic, taken, others) } };
  });
  return exchangeClusters(plan, routed, clusters);
}

/** Envoy refuses shares of nothing. */
const isDestination = ({ kind, weight = 1 }: BackendRef): boolean =>
  weight > 0 && (kind === 'MeshService' || kind === 'MeshServiceSubset');

/** With TLS a chain for each host; without, nobody can tell which host is meant, so that there is one for all. */
function planChains(
  { isTls, chains }: GatewayTcp,
  taken: readonly GatewayChainHost[],
  others: readonly GatewayChainHost[],
): readonly GatewayChain[] {
  if (!isTls) return [{ hosts: taken, tcp: { splits: planGatewaySplits(taken) } }];
  const own = [...taken]
    .sort(compareHosts)
    .flatMap((host): GatewayChain[] =>
      host.tls === undefined ? [] : [{ hosts: [host], tls: host.tls, tcp: { splits: planGatewaySplits([host]) } }],
    );
  const splits = planGatewaySplits(others);
  const left =
    splits.length === 0 ? [] : chains.map((chain) => ({ ...chain, hosts: others, tcp: { ...chain.tcp, splits } }));
  return [...own, ...left];
}

/** Full names before those with a wildcard, each bytewise. */
const compareHosts = (a: GatewayChainHost, b: GatewayChainHost): number =>
  Number(a.hostname.startsWith('*')) - Number(b.hostname.startsWith('*')) || compareBytes(a.hostname, b.hostname);

/** The new clusters in the place of those that nobody needs any more; one that requests go to as well stays as it is. */
function exchangeClusters(before: ProxyPlan, after: ProxyPlan, made: ReadonlyMap<string, ClusterPlan>): ProxyPlan {
  const neededBefore = clustersNeeded(before);
  const needed = clustersNeeded(after);
  const isDropped = (name: string): boolean =>
    neededBefore.tcp.has(name) && !needed.tcp.has(name) && !needed.http.has(name);
  const kept = [...before.clusters].filter(([name]) => !isDropped(name));
  const added = [...made].filter(([name]) => !needed.http.has(name));
  return { ...after, clusters: new Map([...kept, ...added]) };
}

/** Names of the clusters of a gateway, by what goes there. */
function clustersNeeded({ gateway }: ProxyPlan): Readonly<Record<'http' | 'tcp', ReadonlySet<string>>> {
  const listeners = [...(gateway?.listeners.values() ?? [])];
  const names = (of: (listener: GatewayListenerPlan) => readonly string[]) => new Set(listeners.flatMap(of));
  return {
    http: names(({ traffic }) =>
      traffic.kind === 'http'
        ? traffic.hosts.flatMap(({ routes }) =>
            routes.flatMap(({ action }) =>
              action.kind === 'forward'
                ? [...action.splits, ...(action.mirrors ?? [])].map(({ cluster }) => cluster)
                : [],
            ),
          )
        : [],
    ),
    tcp: names(({ traffic }) =>
      traffic.kind === 'tcp'
        ? traffic.chains.flatMap(({ hosts }) =>
            hosts.flatMap(({ destinations }) => destinations.map(({ cluster }) => cluster)),
          )
        : [],
    ),
  };
}
