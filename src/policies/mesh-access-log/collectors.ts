import { readCollectorEndpoint, type CollectorEndpoint } from '../../model/collector-endpoint.js';
import { formatAddress } from '../../model/net.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';

/** The OpenTelemetry collectors that the logs of a proxy go to. */
export interface Collectors {
  /** Name of the cluster of an endpoint; undefined for one that leads nowhere. */
  clusterFor(endpoint: string): string | undefined;
  /** The clusters of all endpoints that were asked for, numbered in the order in which they were. */
  clusters(): readonly ClusterPlan[];
}

/** Begins without any collector. */
export function gatherCollectors({ isIPv6 }: Pick<ProxyPlan, 'isIPv6'>): Collectors {
  const found = new Map<string, ClusterPlan>();
  return {
    clusterFor: (text) => {
      const endpoint = readCollectorEndpoint(text);
      if (endpoint === undefined) return undefined;
      const at = formatAddress(endpoint);
      const cluster = found.get(at) ?? planCluster(endpoint, found.size, !isIPv6);
      found.set(at, cluster);
      return cluster.name;
    },
    clusters: () => [...found.values()],
  };
}

const planCluster = ({ address, port }: CollectorEndpoint, index: number, isV4Only: boolean): ClusterPlan => ({
  name: `meshaccesslog:opentelemetry:${index}`,
  origin: 'meshaccesslog',
  source: { kind: 'host', host: address, port, isV4Only },
  service: '',
  protocol: 'unknown',
  connectTimeout: '10s',
  http: { version: 2 },
});
