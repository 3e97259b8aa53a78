import { formatAddress, isIpAddress } from '../../model/net.js';
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
      const endpoint = readEndpoint(text);
      if (endpoint === undefined) return undefined;
      const at = formatAddress(endpoint);
      const cluster = found.get(at) ?? planCluster(endpoint, found.size, !isIPv6);
      found.set(at, cluster);
      return cluster.name;
    },
    clusters: () => [...found.values()],
  };
}

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const defaultPort = 4317;

/** `host:port`, where the host is a name or an address; Kuma 2.5: what is no number counts as port 0. */
function readEndpoint(text: string): Endpoint | undefined {
  if (isIpAddress(text)) return { address: text, port: defaultPort };
  const bracketed = /^\[([^\]]*)\](.*)$/s.exec(text);
  const [address = '', port = String(defaultPort)] =
    bracketed === null ? text.split(':') : [bracketed[1], bracketed[2]?.split(':')[1]];
  const number = /^[0-9]{1,9}$/.test(port) ? Number(port) : 0;
  return address === '' || number > 65_535 ? undefined : { address, port: number };
}

const planCluster = ({ address, port }: Endpoint, index: number, isV4Only: boolean): ClusterPlan => ({
  name: `meshaccesslog:opentelemetry:${index}`,
  origin: 'meshaccesslog',
  source: { kind: 'host', host: address, port, isV4Only },
  service: '',
  protocol: 'unknown',
  connectTimeout: '10s',
  http: { version: 2 },
});
