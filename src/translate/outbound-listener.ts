import { packAny, type FilterChain, type Listener, type TcpProxy } from '../envoy/resources.js';
import { tcpProxyType } from '../envoy/type-urls.js';
import type { OutboundListenerPlan, Split } from '../plan/proxy-plan.js';
import { socketAddress } from './address.js';
import { tagsMetadata } from './metadata.js';
import { formatAddress } from '../model/net.js';
import { sanitizeStatName } from './names.js';

/** The largest weight that Envoy can hold. */
const maxWeight = 4_294_967_295;

/** The listener at which the workload reaches a service. */
export const translateOutbound = (listener: OutboundListenerPlan): Listener => ({
  name: `outbound:${formatAddress(listener.outbound)}`,
  address: socketAddress(listener.outbound),
  trafficDirection: 'OUTBOUND',
  filterChains: [translateRoute(listener)],
  ...tagsMetadata(listener.outbound.tags),
});

/** Without a destination the chain is empty: Envoy accepts connections and closes them. */
function translateRoute({ outbound, route }: OutboundListenerPlan): FilterChain {
  switch (route.kind) {
    case 'none':
      return {};
    case 'tcp': {
      const destination = translateSplits(route.splits);
      if (destination === undefined) return {};
      const tcpProxy: TcpProxy = { statPrefix: sanitizeStatName(outbound.service), ...destination };
      return { filters: [{ name: 'envoy.filters.network.tcp_proxy', typedConfig: packAny(tcpProxyType, tcpProxy) }] };
    }
  }
}

function translateSplits(splits: readonly Split[]): Partial<TcpProxy> | undefined {
  const [first, ...others] = splits;
  if (first === undefined) return undefined;
  if (others.length === 0) return { cluster: first.cluster };
  // weights are relative: what Envoy cannot hold is scaled down, and nothing that takes part falls out
  const scale = Math.max(1, ...splits.map(({ weight }) => weight / maxWeight));
  return {
    weightedClusters: {
      clusters: splits.map(({ cluster, weight }) => ({
        name: cluster,
        weight: Math.max(1, Math.floor(weight / scale)),
      })),
    },
  };
}
