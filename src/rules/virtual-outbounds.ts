import { identify } from '../lib/identify.js';
import { isEqualJson } from '../lib/is-equal.js';
import { isInbound, outboundAddress, serviceTag, tagOf, type Dataplane, type Outbound } from '../model/dataplane.js';
import { isDnsName } from '../model/net.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';
import { addressesOf, addressOf } from './virtual-addresses.js';
import { meshDomain, virtualHosts, type VirtualHost } from './virtual-hosts.js';

/** Names that stand for an address within the mesh. */
export interface AddressNames {
  readonly address: string;
  readonly names: readonly string[];
}

/** The outbounds that all proxies have to which connections are redirected, and the names that lead there. */
export interface VirtualOutbounds {
  readonly outbounds: readonly Outbound[];
  readonly names: readonly AddressNames[];
}

/** At which every service can be reached, whatever its own port. */
const commonPort = 80;

/** The outbounds and names of the hosts of a mesh that have an address. */
export const virtualOutbounds = (snapshot: MeshSnapshot): VirtualOutbounds => askOutbounds(snapshot, '');
const askOutbounds = derive({ keyOf: (none: string) => none, answer: listOutbounds });

function listOutbounds(snapshot: MeshSnapshot): VirtualOutbounds {
  const addresses = addressesOf(snapshot);
  const hosts = virtualHosts(snapshot).flatMap((host) => {
    const address = addressOf(addresses, host);
    return address === undefined ? [] : [{ host, address }];
  });
  return {
    outbounds: hosts.flatMap(({ host, address }) => outboundsOf(host).map((outbound) => ({ address, ...outbound }))),
    names: hosts
      .map(({ host, address }) => ({ address, names: namesOf(host) }))
      .filter(({ names }) => names.length > 0),
  };
}

/** Services count with their first port alone (Kuma 2.5). */
function outboundsOf({ kind, name, ports }: VirtualHost): readonly Outbound[] {
  const [first] = ports;
  const own = (kind === 'service' ? ports.slice(0, 1) : ports).filter(({ port }) => port !== 0);
  const hasCommonPort = kind === 'service' || (kind === 'host' && isDnsName(name));
  return first === undefined || !hasCommonPort || own.some(({ port }) => port === commonPort)
    ? own
    : [...own, { ...first, port: commonPort }];
}

/** A service has a second name with dots, since underscores do not belong into names of hosts. */
function namesOf({ kind, name }: VirtualHost): readonly string[] {
  if (kind !== 'service') return isDnsName(name) ? [name] : [];
  return [...new Set([name, name.replaceAll('_', '.')].map((each) => `${each}.${meshDomain}`))];
}

/**
 * The Dataplane with the outbounds that it has since connections are redirected to its proxy: those of the mesh that it
 * may reach come first, then its own. Any other Dataplane stays as it is.
 */
export const withVirtualOutbounds = (snapshot: MeshSnapshot, dataplane: Dataplane): Dataplane =>
  dataplane.spec.networking?.transparentProxying === undefined ? dataplane : askRedirected(snapshot, dataplane);

const askRedirected = derive({
  keyOf: (dataplane: Dataplane) => String(identify(dataplane)),
  answer: redirectOutbounds,
  settle: (before, after) =>
    isEqualJson(before.spec.networking?.outbound, after.spec.networking?.outbound) ? before : after,
});

function redirectOutbounds(snapshot: MeshSnapshot, dataplane: Dataplane): Dataplane {
  const { networking } = dataplane.spec;
  if (networking?.transparentProxying === undefined) return dataplane;
  const { outbounds } = virtualOutbounds(snapshot);
  const reachable = new Set(networking.transparentProxying.reachableServices);
  const isReachable = ({ tags }: Outbound): boolean => reachable.size === 0 || reachable.has(tagOf(tags, serviceTag));
  const given = new Set(outbounds.map(outboundAddress));
  const outbound = [
    // a listener at an inbound would take its place
    ...outbounds.filter(
      (each) => isReachable(each) && !isInbound(dataplane.spec, { address: outboundAddress(each), port: each.port }),
    ),
    // Dataplanes may still hold what was once given out
    ...(networking.outbound ?? []).filter(({ address = '' }) => !given.has(address)),
  ];
  return { ...dataplane, spec: { ...dataplane.spec, networking: { ...networking, outbound } } };
}
