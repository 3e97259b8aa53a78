import type { Filter, Listener } from '../envoy/resources.js';
import { formatAddress } from '../model/net.js';
import { showCallerTags } from '../plan/caller-match.js';
import type { OutboundListenerPlan } from '../plan/listener-plan.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { socketAddress } from './address.js';
import { translateHttp } from './http.js';
import { tagsMetadata } from './metadata.js';
import { sanitizeStatName } from './names.js';
import { translateTcp } from './tcp.js';

/** The listener at which the workload reaches a service. Without a destination Envoy accepts connections and closes them. */
export function translateOutbound(listener: OutboundListenerPlan, plan: ProxyPlan): Listener {
  const filters = translateTraffic(listener, plan);
  return {
    name: `outbound:${formatAddress(listener)}`,
    address: socketAddress(listener),
    trafficDirection: 'OUTBOUND',
    filterChains: [filters.length === 0 ? {} : { filters }],
    ...(plan.isTransparent ? { bindToPort: false } : {}),
    ...tagsMetadata(listener.tags),
  };
}

function translateTraffic({ traffic, accessLogs, tracing, outbound }: OutboundListenerPlan, plan: ProxyPlan): Filter[] {
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
          callerTags: showCallerTags(plan),
        }),
      ];
  }
}
