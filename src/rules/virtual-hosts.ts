import { splitHostPort } from '../lib/host-port.js';
import { isEqualJson } from '../lib/is-equal.js';
import { rememberByIdentity } from '../lib/remember.js';
import { isIgnored, matchesSelector, meshTag, serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import type { ExternalService } from '../model/external-service.js';
import type { GatewayListener, MeshGateway } from '../model/gateway.js';
import { compareBytes, type Tags } from '../model/resource.js';
import { evaluateHost, evaluatePort, pickParameterTags, type VirtualOutbound } from '../model/virtual-outbound.js';
import { deriveOnce, openMeshesOf, resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';
import { compareRanks, lowestRank, rankOf, type Rank } from './rank.js';

/** Under what a host is known: the name of a service, the host of an external service, a name that somebody made. */
export type VirtualHostKind = 'service' | 'host' | 'name';

/** A host of a mesh, which has an address of its own where connections are redirected to the proxy. */
export interface VirtualHost {
  readonly kind: VirtualHostKind;
  readonly name: string;
  /** At least one, by port, ascending; the port of a service may be 0: none of its own. */
  readonly ports: readonly VirtualPort[];
}

/** A port of a host and the tags of the instances to which it leads. */
export interface VirtualPort {
  readonly port: number;
  readonly tags: Tags;
}

/** The domain of all names that are made of services. */
export const meshDomain = 'mesh';

const kindOrder: Readonly<Record<VirtualHostKind, number>> = { service: 0, host: 1, name: 2 };

/**
 * The hosts of a mesh: its services, the hosts of external services, what VirtualOutbounds make of both, and what all
 * meshes open. By kind, then name; of two that want one port of a host the first counts.
 */
export const virtualHosts = (snapshot: MeshSnapshot): readonly VirtualHost[] => askHosts(snapshot, '');
const askHosts = derive({
  keyOf: (none: string) => none,
  answer: listHosts,
  settle: (before, after) => (isEqualJson(before, after) ? before : after),
});

interface Wanted extends VirtualPort {
  readonly kind: VirtualHostKind;
  readonly name: string;
}

function listHosts(snapshot: MeshSnapshot): readonly VirtualHost[] {
  const virtualOutbounds = resourcesOf(snapshot, 'VirtualOutbound') as readonly VirtualOutbound[];
  const wanted = [
    ...inboundTags(snapshot).flatMap((tags) => [
      service(tagOf(tags, serviceTag), 0),
      ...namesOf(virtualOutbounds, tags),
    ]),
    ...(resourcesOf(snapshot, 'ExternalService') as readonly ExternalService[]).flatMap((each) =>
      hostsOfExternal(each, virtualOutbounds),
    ),
    ...[...openMeshesOf(snapshot)]
      .sort(([a], [b]) => compareBytes(a, b))
      .flatMap(([mesh, { gateways }]) => gateways.flatMap((gateway) => hostsOfGateway(mesh, gateway))),
  ];
  const hosts = new Map<string, Omit<VirtualHost, 'ports'> & { readonly ports: Map<number, Tags> }>();
  for (const { kind, name, port, tags } of wanted) {
    const key = `${kind} ${name}`;
    const host = hosts.get(key) ?? { kind, name, ports: new Map<number, Tags>() };
    hosts.set(key, host);
    if (!host.ports.has(port)) host.ports.set(port, tags);
  }
  return [...hosts.values()]
    .map(({ kind, name, ports }) => ({ kind, name, ports: sortPorts(ports) }))
    .sort((a, b) => kindOrder[a.kind] - kindOrder[b.kind] || compareBytes(a.name, b.name));
}

const sortPorts = (ports: ReadonlyMap<number, Tags>): readonly VirtualPort[] =>
  [...ports].map(([port, tags]) => ({ port, tags })).sort((a, b) => a.port - b.port);

/** Tags of all inbounds that take part in the mesh, ready or not, each once, in the order of the Dataplanes' names. */
const inboundTags = deriveOnce('Dataplane', (dataplanes): readonly Tags[] => {
  const byName = ([...dataplanes.values()] as Dataplane[]).sort((a, b) => compareBytes(a.name, b.name));
  const distinct = new Map<string, Tags>();
  for (const dataplane of byName)
    for (const { key, tags } of tagSetsOf(dataplane)) if (!distinct.has(key)) distinct.set(key, tags);
  return [...distinct.values()];
});

/** Of each Dataplane once, as most stay when one changes. */
const tagSetsOf = rememberByIdentity(({ spec }: Dataplane) =>
  (spec.networking?.inbound ?? [])
    .filter((inbound) => !isIgnored(inbound))
    .map(({ tags = {} }) => ({
      key: JSON.stringify(Object.entries(tags).sort(([a], [b]) => compareBytes(a, b))),
      tags,
    })),
);

const service = (name: string, port: number): Wanted => ({
  kind: 'service',
  name,
  port,
  tags: { [serviceTag]: name },
});

/** VirtualOutbounds see of an external service its name alone (Kuma 2.5). */
function hostsOfExternal({ spec }: ExternalService, virtualOutbounds: readonly VirtualOutbound[]): Wanted[] {
  const { networking: { address = '', disableHostDNSEntry = false } = {} } = spec;
  const name = tagOf(spec.tags, serviceTag);
  const { host = '', port = '' } = splitHostPort(address) ?? {};
  const own = service(name, Number(port));
  return [
    own,
    ...(disableHostDNSEntry ? [] : [{ ...own, kind: 'host' as const, name: host }]),
    ...namesOf(virtualOutbounds, own.tags),
  ];
}

/** Listeners for other meshes, also those of the mesh itself; without a name of their own they are given one. */
const hostsOfGateway = (mesh: string, gateway: MeshGateway): Wanted[] =>
  (gateway.spec.conf?.listeners ?? [])
    .filter(({ crossMesh }) => crossMesh === true)
    .flatMap((listener) =>
      (gateway.spec.selectors ?? []).map(({ match }) => ({
        kind: 'name' as const,
        name: hostnameOf(mesh, gateway.name, listener),
        port: listener.port ?? 0,
        tags: { ...gateway.spec.tags, ...listener.tags, [meshTag]: mesh, ...match },
      })),
    );

const hostnameOf = (mesh: string, gateway: string, { hostname = '' }: GatewayListener): string =>
  hostname === '' || hostname.includes('*') ? `internal.${gateway}.${mesh}.${meshDomain}` : hostname;

/** The names that VirtualOutbounds make of tags, the most specific first; what makes no name is left out. */
const namesOf = (virtualOutbounds: readonly VirtualOutbound[], tags: Tags): Wanted[] =>
  virtualOutbounds
    .flatMap((policy) => {
      const rank = bestRank(policy, tags);
      return rank === undefined ? [] : [{ policy, rank }];
    })
    // of equally specific ones the youngest (Kuma 2.5)
    .sort((a, b) => compareRanks(b.rank, a.rank) || b.policy.creationRevision - a.policy.creationRevision)
    .flatMap(({ policy: { spec } }) => {
      const conf = spec.conf ?? {};
      const host = evaluateHost(conf, tags);
      const port = evaluatePort(conf, tags);
      return host.ok && port.ok
        ? [{ kind: 'name' as const, name: host.value, port: port.value, tags: pickParameterTags(conf, tags) }]
        : [];
    });

function bestRank({ spec: { selectors = [] } }: VirtualOutbound, tags: Tags): Rank | undefined {
  const ranks = selectors
    .filter(({ match = {} }) => matchesSelector(tags, match))
    .map(({ match = {} }) => rankOf(match));
  const best = ranks.reduce((a, b) => (compareRanks(a, b) < 0 ? b : a), lowestRank);
  return best.tags === 0 ? undefined : best;
}
