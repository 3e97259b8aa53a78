import {
  inboundAddress,
  orElse,
  outboundAddress,
  protocolTag,
  serviceTag,
  tagOf,
  workloadPort,
  type Dataplane,
} from '../model/dataplane.js';
import type { Resource } from '../model/resource.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { parseProtocol } from '../model/protocol.js';
import type { InboundPlan, OutboundListenerPlan, OutboundPlan, ProxyPlan } from './proxy-plan.js';

/** The plan before any policy: what the Dataplane declares, every outbound without a route. */
export function planBase(snapshot: MeshSnapshot, dataplane: Dataplane): ProxyPlan {
  const outbounds = planOutbounds(dataplane);
  return {
    mesh: snapshot.name,
    dataplane: dataplane.name,
    inbounds: planInbounds(dataplane),
    outbounds,
    outboundListeners: new Map(
      outbounds.map((outbound): [string, OutboundListenerPlan] => [
        addressOf(outbound),
        { outbound, route: { kind: 'none' } },
      ]),
    ),
    clusters: new Map(),
    localityAware: isLocalityAware(snapshot.mesh),
  };
}

/** `address:port`, under which an outbound listener is found. */
export const addressOf = ({ address, port }: { readonly address: string; readonly port: number }): string =>
  `${address}:${port}`;

function planInbounds({ spec }: Dataplane): InboundPlan[] {
  return (spec.networking?.inbound ?? []).map((inbound) => {
    const address = inboundAddress(spec, inbound);
    const protocol = parseProtocol(tagOf(inbound.tags, protocolTag));
    return {
      address,
      port: inbound.port,
      tags: inbound.tags ?? {},
      protocol,
      workload: { address: orElse(inbound.serviceAddress, address), port: workloadPort(inbound), protocol },
    };
  });
}

function planOutbounds({ spec }: Dataplane): OutboundPlan[] {
  return (spec.networking?.outbound ?? []).map((outbound) => ({
    address: outboundAddress(outbound),
    port: outbound.port,
    tags: outbound.tags ?? {},
    service: tagOf(outbound.tags, serviceTag),
  }));
}

/** The part of a Mesh that planning looks at. */
interface MeshRouting {
  readonly routing?: { readonly localityAwareLoadBalancing?: boolean };
}

const isLocalityAware = (mesh: Resource | undefined): boolean =>
  (mesh?.spec as MeshRouting | undefined)?.routing?.localityAwareLoadBalancing === true;
