import { isEqualJson } from '../lib/is-equal.js';
import { rememberByIdentity } from '../lib/remember.js';
import { enabledAuthority } from '../model/certificate-authority.js';
import { inboundAddress, isReady, orElse, protocolTag, serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import { compareEndpoints, type Endpoint } from '../model/endpoint.js';
import { foldProtocols, parseProtocol, type Protocol } from '../model/protocol.js';
import { compareBytes, type Resource, type Revision } from '../model/resource.js';
import {
  contentsOf,
  type Contents,
  type Lineage,
  type MeshSnapshot,
  type Question,
  type Service,
  type ZoneEgress,
} from './contents.js';
import { noOpenMeshes, type OpenMeshes } from './open-mesh.js';
import { askContents } from './question.js';

export type { Lineage, MeshSnapshot, Question, Service, ZoneEgress };

const noService: Service = { endpoints: [], protocol: 'unknown' };

const noZoneEgresses: readonly ZoneEgress[] = [];

/** A mesh of which nothing is known yet. */
export const emptySnapshot = (name: string): MeshSnapshot => ({
  name,
  [contentsOf]: {
    lineage: { mesh: name },
    revision: 0,
    mesh: undefined,
    resources: new Map(),
    services: new Map(),
    zoneEgresses: noZoneEgresses,
    openMeshes: noOpenMeshes,
  },
});

/** What stands for the mesh from its first resource to its last, whatever changes. */
export const lineageOf = (snapshot: MeshSnapshot): Lineage => snapshot[contentsOf].lineage;

/** One write as it concerns a mesh: what there was before under the key, and what there is now. */
export interface MeshChange {
  readonly revision: Revision;
  readonly type: string;
  readonly name: string;
  readonly resource: Resource | undefined;
}

/** The snapshot after some changes, in order. */
export function nextSnapshot(snapshot: MeshSnapshot, changes: readonly MeshChange[]): MeshSnapshot {
  const before = snapshot[contentsOf];
  let { mesh } = before;
  const resources = new Map(before.resources);
  const touched = new Set<string>();
  const moved = new Map<string, Moved>();
  for (const change of changes) {
    if (change.type === 'Mesh') {
      mesh = change.resource;
      continue;
    }
    // copy a type's map once, however many of its resources change
    const ofKind = touched.has(change.type)
      ? (resources.get(change.type) as Map<string, Resource>)
      : new Map(resources.get(change.type));
    touched.add(change.type);
    resources.set(change.type, ofKind);
    const previous = ofKind.get(change.name);
    if (change.resource === undefined) ofKind.delete(change.name);
    else ofKind.set(change.name, change.resource);
    if (change.type === 'Dataplane') {
      noteMoved(moved, previous as Dataplane | undefined, change.resource as Dataplane | undefined);
    }
  }
  for (const type of touched) if (resources.get(type)?.size === 0) resources.delete(type);
  return {
    name: snapshot.name,
    [contentsOf]: {
      ...before,
      revision: changes.at(-1)?.revision ?? before.revision,
      mesh,
      resources,
      services: moved.size === 0 ? before.services : nextServices(before.services, moved),
    },
  };
}

/** The snapshot with what all meshes share; the same if it knows it already. */
export function shareWith(
  snapshot: MeshSnapshot,
  { zoneEgresses, openMeshes }: Pick<Contents, 'zoneEgresses' | 'openMeshes'>,
): MeshSnapshot {
  const before = snapshot[contentsOf];
  return before.zoneEgresses === zoneEgresses && before.openMeshes === openMeshes
    ? snapshot
    : { name: snapshot.name, [contentsOf]: { ...before, zoneEgresses, openMeshes } };
}

/** The resources of a type by name; the map is the same as long as none of them changes. */
export const resourcesByName = askContents({ parts: [], typesOf: (type) => [type] }, (_parts, _type, ofType) =>
  ofType(0),
);

/**
 * What is worked out of all resources of a type: once, at first use, and again only after one of them changed.
 * The function must depend on the resources alone.
 */
export function deriveOnce<Value>(
  type: string,
  derived: (resources: ReadonlyMap<string, Resource>) => Value,
): (snapshot: MeshSnapshot) => Value {
  const known = rememberByIdentity(derived);
  return (snapshot) => known(resourcesByName(snapshot, type));
}

const sortByName = rememberByIdentity((resources: ReadonlyMap<string, Resource>): readonly Resource[] =>
  [...resources.values()].sort((a, b) => compareBytes(a.name, b.name)),
);

/** All resources of a type, by name. */
export const resourcesOf = (snapshot: MeshSnapshot, type: string): readonly Resource[] =>
  sortByName(resourcesByName(snapshot, type));

/** One resource, or undefined. */
export const resourceOf = (snapshot: MeshSnapshot, type: string, name: string): Resource | undefined =>
  askResource(snapshot, `${type} ${name}`);
const askResource = askContents(
  { parts: [], typesOf: (key) => [key.slice(0, key.indexOf(' '))] },
  (_parts, key, ofType) => ofType(0).get(key.slice(key.indexOf(' ') + 1)),
);

/** The Mesh itself, or undefined. */
export const meshOf = (snapshot: MeshSnapshot): Resource | undefined => askMesh(snapshot, '');
const askMesh = askContents({ parts: ['mesh'] }, ({ mesh }) => mesh);

/** Revision of the last change that touched the mesh. */
export const revisionOf = (snapshot: MeshSnapshot): Revision => askRevision(snapshot, '');
const askRevision = askContents({ parts: ['revision'] }, ({ revision }) => revision);

/** The proxies through which connections may leave the zone, by name; the same for all meshes. */
export const zoneEgressesOf = (snapshot: MeshSnapshot): readonly ZoneEgress[] => askZoneEgresses(snapshot, '');
const askZoneEgresses = askContents({ parts: ['zoneEgresses'] }, ({ zoneEgresses }) => zoneEgresses);

/** What meshes open to each other, by their names; the same for all meshes. */
export const openMeshesOf = (snapshot: MeshSnapshot): OpenMeshes => askOpenMeshes(snapshot, '');
const askOpenMeshes = askContents({ parts: ['openMeshes'] }, ({ openMeshes }) => openMeshes);

/** A Dataplane, or undefined. */
export const dataplaneOf = (snapshot: MeshSnapshot, name: string): Dataplane | undefined =>
  resourceOf(snapshot, 'Dataplane', name) as Dataplane | undefined;

/** What is known of a service; a service nobody offers has no endpoints and an unknown protocol. */
export const serviceOf = askContents({ parts: ['services'] }, ({ services }, name) => services.get(name) ?? noService);

/** What the instances of a service have in common; undefined without any. */
export const commonProtocolOf = askContents(
  { parts: ['services'] },
  ({ services }, name) => services.get(name)?.protocol,
);

/** What is known of a proxy's identity. */
interface InsightSpec {
  readonly mTLS?: { readonly issuedBackend?: string };
}

/**
 * True when every instance of a service has an identity by the CA that the mesh uses now, so that it can take encrypted
 * connections.
 */
export const isTlsReady = askContents(
  { parts: ['mesh', 'services'], typesOf: () => ['DataplaneInsight'] },
  ({ mesh, services }, service, ofType) => {
    const backend = enabledAuthority(mesh?.spec ?? {})?.name;
    const insights = ofType(0);
    const hasIdentity = (dataplane: string): boolean => {
      const insight = insights.get(dataplane)?.spec as InsightSpec | undefined;
      return backend !== undefined && insight?.mTLS?.issuedBackend === backend;
    };
    const { endpoints } = services.get(service) ?? noService;
    return endpoints.length > 0 && endpoints.every(({ dataplane }) => hasIdentity(dataplane));
  },
);

/** What changes in one service: the Dataplanes whose endpoints go, and the endpoints that come. */
interface Moved {
  readonly gone: Set<string>;
  readonly come: Map<string, readonly Endpoint[]>;
}

function noteMoved(moved: Map<string, Moved>, before: Dataplane | undefined, after: Dataplane | undefined): void {
  const offered = after === undefined ? [] : endpointsOf(after);
  // most changes of a Dataplane leave alone what it offers, and then its services are as they were
  if (before !== undefined && after !== undefined && isEqualJson(endpointsOf(before), offered)) return;
  const ofService = (service: string): Moved => {
    const known = moved.get(service) ?? { gone: new Set(), come: new Map() };
    moved.set(service, known);
    return known;
  };
  for (const inbound of before?.spec.networking?.inbound ?? []) {
    const service = ofService(tagOf(inbound.tags, serviceTag));
    service.gone.add(before?.name ?? '');
    service.come.delete(before?.name ?? '');
  }
  for (const endpoint of offered) {
    const { come } = ofService(tagOf(endpoint.tags, serviceTag));
    come.set(endpoint.dataplane, [...(come.get(endpoint.dataplane) ?? []), endpoint]);
  }
}

function endpointsOf({ name, spec }: Dataplane): readonly Endpoint[] {
  return (spec.networking?.inbound ?? []).filter(isReady).map((inbound) => ({
    dataplane: name,
    address: orElse(spec.networking?.advertisedAddress, inboundAddress(spec, inbound)),
    port: inbound.port,
    tags: inbound.tags ?? {},
  }));
}

function nextServices(
  services: ReadonlyMap<string, Service>,
  moved: ReadonlyMap<string, Moved>,
): ReadonlyMap<string, Service> {
  const next = new Map(services);
  for (const [name, { gone, come }] of moved) {
    const stay = (services.get(name)?.endpoints ?? []).filter(({ dataplane }) => !gone.has(dataplane));
    const endpoints = insertEndpoints(stay, [...come.values()].flat());
    if (endpoints.length === 0) next.delete(name);
    else next.set(name, { endpoints, protocol: foldProtocols(endpoints.map(protocolOf)) });
  }
  return next;
}

const protocolOf = ({ tags }: Endpoint): Protocol => parseProtocol(tagOf(tags, protocolTag));

/** Sorted endpoints with some more: few come to a service at once, however many it has. */
function insertEndpoints(sorted: readonly Endpoint[], more: readonly Endpoint[]): readonly Endpoint[] {
  const runs: (readonly Endpoint[])[] = [];
  let from = 0;
  for (const endpoint of more.toSorted(compareEndpoints)) {
    const to = findPlace(sorted, endpoint);
    runs.push(sorted.slice(from, to), [endpoint]);
    from = to;
  }
  return [...runs, sorted.slice(from)].flat();
}

/** Behind all that are not greater. */
function findPlace(sorted: readonly Endpoint[], endpoint: Endpoint): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = sorted[middle];
    if (other !== undefined && compareEndpoints(other, endpoint) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
