import { inboundAddress, outboundAddress, redirects, serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import { formatAddress } from '../model/net.js';
import { compareBytes } from '../model/resource.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { metricsInbounds } from './metrics-inbound.js';

/** An address of another proxy. */
export interface DirectEndpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * The inbounds of other proxies that the workload reaches one by one, ready or not, by address and port; without those
 * that are outbounds already. Undefined where the workload asks for none.
 */
export function directEndpoints(snapshot: MeshSnapshot, dataplane: Dataplane): readonly DirectEndpoint[] | undefined {
  const { transparentProxying, outbound = [] } = dataplane.spec.networking ?? {};
  const services = new Set(transparentProxying?.directAccessServices);
  if (services.size === 0 || !redirects(dataplane.spec)) return undefined;
  const taken = new Set(outbound.map((each) => formatAddress({ address: outboundAddress(each), port: each.port })));
  const endpoints = new Map<string, DirectEndpoint>();
  for (const other of resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[]) {
    if (other.name === dataplane.name) continue;
    for (const inbound of [...metricsInbounds(snapshot, other), ...(other.spec.networking?.inbound ?? [])]) {
      const endpoint = { address: inboundAddress(other.spec, inbound), port: inbound.port };
      const name = formatAddress(endpoint);
      const isWanted = services.has('*') || services.has(tagOf(inbound.tags, serviceTag));
      if (isWanted && !taken.has(name)) endpoints.set(name, endpoint);
    }
  }
  return [...endpoints.values()].sort((a, b) => compareBytes(a.address, b.address) || a.port - b.port);
}
