import type { Filter, FilterChain, Listener } from '../envoy/resources.js';
import { formatAddress } from '../model/net.js';
import type { InboundPlan } from '../plan/listener-plan.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { socketAddress } from './address.js';
import { translateHttp } from './http.js';
import { tagsMetadata } from './metadata.js';
import { sanitizeStatName } from './names.js';
import { translateConnectionRateLimit } from './rate-limit.js';
import { translatePermissions } from './rbac.js';
import { translateTcp } from './tcp.js';
import { downstreamTlsSocket, tlsInspector } from './tls.js';

/** What inbound listeners depend on besides their own plan. */
export type InboundAround = Pick<ProxyPlan, 'mesh' | 'isTransparent'>;

/** The listener that takes the mesh's connections to a workload. */
export const translateInbound = (inbound: InboundPlan, plan: InboundAround): Listener => ({
  name: nameOf(inbound),
  address: socketAddress(inbound),
  trafficDirection: 'INBOUND',
  enableReusePort: false,
  ...(inbound.tls === 'permissive' ? { listenerFilters: [tlsInspector] } : {}),
  filterChains: translateChains(inbound, plan),
  ...(plan.isTransparent ? { bindToPort: false } : {}),
  ...tagsMetadata(inbound.tags),
});

const nameOf = (inbound: InboundPlan): string => `inbound:${formatAddress(inbound)}`;

/** Strict: encrypted connections of the mesh only. Permissive: also plain ones, and TLS of the workload's own. */
function translateChains(inbound: InboundPlan, { mesh }: InboundAround): FilterChain[] {
  const plain = { filters: translateFilters(inbound) };
  const encrypted = {
    filters: translateEncryptedFilters(inbound),
    transportSocket: downstreamTlsSocket(mesh),
  };
  switch (inbound.tls) {
    case 'off':
      return [plain];
    case 'strict':
      return [encrypted];
    case 'permissive':
      return [
        { filterChainMatch: { transportProtocol: 'raw_buffer' }, ...plain },
        { filterChainMatch: { transportProtocol: 'tls' }, ...plain },
        { filterChainMatch: { transportProtocol: 'tls', applicationProtocols: ['kuma'] }, ...encrypted },
      ];
  }
}

/** The newer permissions are asked before connections are counted, the older ones after (Kuma 2.5). */
function translateEncryptedFilters(inbound: InboundPlan): Filter[] {
  const { permissions } = inbound;
  if (permissions === undefined) return translateFilters(inbound);
  const filter = translatePermissions(nameOf(inbound), permissions);
  return permissions.by === 'MeshTrafficPermission'
    ? [filter, ...translateRateLimit(inbound), ...translateTraffic(inbound)]
    : [...translateRateLimit(inbound), filter, ...translateTraffic(inbound)];
}

const translateFilters = (inbound: InboundPlan): Filter[] => [
  ...translateRateLimit(inbound),
  ...translateTraffic(inbound),
];

const translateRateLimit = ({ connectionRateLimit }: InboundPlan): Filter[] =>
  connectionRateLimit === undefined ? [] : [translateConnectionRateLimit(connectionRateLimit)];

function translateTraffic({ traffic, accessLogs, tracing, workload, service }: InboundPlan): Filter[] {
  const statPrefix = sanitizeStatName(workload);
  switch (traffic.kind) {
    case 'none':
      return [];
    case 'tcp':
      return translateTcp(traffic, statPrefix, accessLogs);
    case 'http':
      return [
        translateHttp(traffic, { statPrefix, accessLogs, tracing, service, direction: 'inbound', callerTags: '' }),
      ];
  }
}
