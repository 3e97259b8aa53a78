import type { Filter, FilterChain, Listener } from '../envoy/resources.js';
import { serviceTag } from '../model/dataplane.js';
import { formatAddress } from '../model/net.js';
import type { Tags } from '../model/resource.js';
import type { EgressPlan, EgressServicePlan } from '../plan/egress-plan.js';
import { sniOf } from '../plan/sni.js';
import { socketAddress } from './address.js';
import { translateHttp } from './http.js';
import { sanitizeStatName } from './names.js';
import { translatePermissions } from './rbac.js';
import { translateTcp } from './tcp.js';
import { downstreamTlsSocket, tlsInspector } from './tls.js';

interface At {
  readonly address: string;
  readonly port: number;
}

/** The listener of a zone egress, which tells by the server name who is asked for; undefined when nobody can be. */
export function translateEgress(at: At, plans: readonly EgressPlan[]): Listener | undefined {
  const name = `inbound:${formatAddress(at)}`;
  const filterChains = plans.flatMap((plan) =>
    plan.services.flatMap((service) => translateService(name, plan, service)),
  );
  if (filterChains.length === 0) return undefined;
  return {
    name,
    address: socketAddress(at),
    trafficDirection: 'INBOUND',
    enableReusePort: false,
    listenerFilters: [tlsInspector],
    filterChains,
  };
}

/** A chain for each set of tags by which the service is asked for. */
function translateService(listener: string, { mesh }: EgressPlan, service: EgressServicePlan): FilterChain[] {
  const bySni = new Map(
    service.subsets.map((tags) => [sniOf({ ...tags, [serviceTag]: service.service }, mesh), tags] as const),
  );
  // the newer permissions are counted by the listener (Kuma 2.5)
  const { permissions } = service;
  const guard = translatePermissions(
    permissions.by === 'MeshTrafficPermission' ? listener : service.service,
    permissions,
  );
  return [...bySni].map(([sni, tags]) => ({
    name: `${service.service}_${mesh}`,
    filterChainMatch: { transportProtocol: 'tls', serverNames: [sni] },
    filters: [guard, ...translateTraffic(service, { ...tags, mesh })],
    transportSocket: downstreamTlsSocket(mesh),
  }));
}

function translateTraffic({ service, cluster, http }: EgressServicePlan, subset: Tags): Filter[] {
  const statPrefix = sanitizeStatName(service);
  if (http === undefined)
    return translateTcp({ splits: [{ cluster: cluster.name, weight: 1 }], subset }, statPrefix, []);
  const context = { statPrefix, accessLogs: [], tracing: undefined, service, callerTags: '' };
  return [translateHttp(http, { ...context, direction: 'egress' })];
}
