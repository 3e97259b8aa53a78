import type { Filter, Listener } from '../envoy/resources.js';
import { formatAddress } from '../model/net.js';
import type { OutboundListenerPlan } from '../plan/listener-plan.js';
import { socketAddress } from './address.js';
import { translateHttp } from './http.js';
import { tagsMetadata } from './metadata.js';
import { sanitizeStatName } from './names.js';
import { translateTcp } from './tcp.js';

/** What outbound listeners depend on besides their own plan. */
export interface OutboundAround {
  /** What the other side learns of the proxy with each request. */
  readonly callerTags: string;
  readonly isTransparent: boolean;
}

/** The listener at which the workload reaches a service. Without a destination Envoy accepts connections and closes them. */
export function translateOutbound(listener: OutboundListenerPlan, around: OutboundAround): Listener {
  const filters = translateTraffic(listener, around);
  return {
    name: `outbound:${formatAddress(listener)}`,
    address: socketAddress(listener),
    trafficDirection: 'OUTBOUND',
    filterChains: [filters.length === 0 ? {} : { filters }],
    ...(around.isTransparent ? { bindToPort: false } : {}),
    ...tagsMetadata(listener.tags),
  };
}

function translateTraffic(
  { traffic, accessLogs, tracing, outbound }: OutboundListenerPlan,
  { callerTags }: OutboundAround,
): Filter[] {
  const { service } = outbound;
  const statPrefix = sanitizeStatName(service);
  switch (traffic.kind) {
    case 'none':
      return [];
    case 'tcp':
      return translateTcp(traffic, statPrefix, accessLogs);
    case 'http':
      return [
        translateHttp(traffic, {
          statPrefix,
          accessLogs,
          tracing,
          service,
          direction: 'outbound',
          callerTags,
        }),
      ];
  }
}
