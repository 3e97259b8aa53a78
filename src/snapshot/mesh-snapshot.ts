import { inboundAddress, isReady, orElse, protocolTag, serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import type { Endpoint } from '../model/endpoint.js';
import { compareBytes, type Resource, type Revision } from '../model/resource.js';
import { foldProtocols, parseProtocol, type Protocol } from '../model/protocol.js';

/** What a mesh knows of one service: its endpoints by address and port, and what they all speak. */
export interface Service {
  readonly endpoints: readonly Endpoint[];
  readonly protocol: Protocol;
}

const noService: Service = { endpoints: [], protocol: 'unknown' };

/**
 * One mesh at one store revision, with its indexes. Immutable: a change gives the next snapshot, which shares all
 * parts that the change does not touch.
 */
export interface MeshSnapshot {
  readonly name: string;
  /** Revision of the last change that touched the mesh. */
  readonly revision: Revision;
  /** The Mesh itself; undefined when only resources that outlive their mesh are left. */
  readonly mesh: Resource | undefined;
  /** Type to name to resource, for the mesh-scoped types; a type without resources is absent. */
  readonly resources: ReadonlyMap<string, ReadonlyMap<string, Resource>>;
  /** Services that have at least one ready inbound. */
  readonly services: ReadonlyMap<string, Service>;
  /** The proxies through which connections may leave the zone, by name; the same for all meshes. */
  readonly zoneEgresses: readonly ZoneEgress[];
}

/** A ZoneEgress, as far as planning looks at it. */
export type ZoneEgress = Resource<{
  readonly networking?: { readonly address?: string; readonly port?: number };
}>;

const noZoneEgresses: readonly ZoneEgress[] = [];

/** A mesh of which nothing is known yet. */
export const emptySnapshot = (name: string): MeshSnapshot => ({
  name,
  revision: 0,
  mesh: undefined,
  resources: new Map(),
  services: new Map(),
  zoneEgresses: noZoneEgresses,
});

/** One write as it concerns a mesh: what there was before under the key, and what there is now. */
export interface MeshChange {
  readonly revision: Revision;
  readonly type: string;
  readonly name: string;
  readonly resource: Resource | undefined;
}

/** The snapshot after some changes, in order. */
export function nextSnapshot(snapshot: MeshSnapshot, changes: readonly MeshChange[]): MeshSnapshot {
  let mesh = snapshot.mesh;
  const resources = new Map(snapshot.resources);
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
    const before = ofKind.get(change.name);
    if (change.resource === undefined) ofKind.delete(change.name);
    else ofKind.set(change.name, change.resource);
    if (change.type === 'Dataplane') {
      noteMoved(moved, before as Dataplane | undefined, change.resource as Dataplane | undefined);
    }
  }
  for (const type of touched) if (resources.get(type)?.size === 0) resources.delete(type);
  return {
    name: snapshot.name,
    revision: changes.at(-1)?.revision ?? snapshot.revision,
    mesh,
    resources,
    services: moved.size === 0 ? snapshot.services : nextServices(snapshot.services, moved),
    zoneEgresses: snapshot.zoneEgresses,
  };
}

const noResources: ReadonlyMap<string, Resource> = new Map();

/** The resources of a type by name; the map is the same as long as none of them changes. */
const ofType = (snapshot: MeshSnapshot, type: string): ReadonlyMap<string, Resource> =>
  snapshot.resources.get(type) ?? noResources;

/**
 * What is worked out of all resources of a type: once, at first use, and again only after one of them changed.
 * The function must depend on the resources alone.
 */
export function deriveOnce<Value>(
  type: string,
  derive: (resources: ReadonlyMap<string, Resource>) => Value,
): (snapshot: MeshSnapshot) => Value {
  const known = new WeakMap<ReadonlyMap<string, Resource>, { readonly value: Value }>();
  return (snapshot) => {
    const resources = ofType(snapshot, type);
    const entry = known.get(resources) ?? { value: derive(resources) };
    known.set(resources, entry);
    return entry.value;
  };
}

const sorted = new WeakMap<ReadonlyMap<string, Resource>, readonly Resource[]>();

/** All resources of a type, by name. */
export function resourcesOf(snapshot: MeshSnapshot, type: string): readonly Resource[] {
  const resources = ofType(snapshot, type);
  const list = sorted.get(resources) ?? [...resources.values()].sort((a, b) => compareBytes(a.name, b.name));
  sorted.set(resources, list);
  return list;
}

/** One resource, or undefined. */
export const resourceOf = (snapshot: MeshSnapshot, type: string, name: string): Resource | undefined =>
  ofType(snapshot, type).get(name);

/** The Mesh itself, or undefined. */
export const meshOf = (snapshot: MeshSnapshot): Resource | undefined => snapshot.mesh;

/** A Dataplane, or undefined. */
export const dataplaneOf = (snapshot: MeshSnapshot, name: string): Dataplane | undefined =>
  resourceOf(snapshot, 'Dataplane', name) as Dataplane | undefined;

/** What is known of a service; a service nobody offers has no endpoints and an unknown protocol. */
export const serviceOf = (snapshot: MeshSnapshot, name: string): Service => snapshot.services.get(name) ?? noService;

/** What is known of a proxy's identity. */
interface InsightSpec {
  readonly mTLS?: { readonly issuedBackend?: string };
}

/** True when every instance of a service has an identity, so that it can take encrypted connections. */
export function isTlsReady(snapshot: MeshSnapshot, service: string): boolean {
  const { endpoints } = serviceOf(snapshot, service);
  const hasIdentity = (dataplane: string): boolean => {
    const insight = resourceOf(snapshot, 'DataplaneInsight', dataplane)?.spec as InsightSpec | undefined;
    return (insight?.mTLS?.issuedBackend ?? '') !== '';
  };
  return endpoints.length > 0 && endpoints.every(({ dataplane }) => hasIdentity(dataplane));
}

/** What changes in one service: the Dataplanes whose endpoints go, and the endpoints that come. */
interface Moved {
  readonly gone: Set<string>;
  readonly come: Map<string, readonly Endpoint[]>;
}

function noteMoved(moved: Map<string, Moved>, before: Dataplane | undefined, after: Dataplane | undefined): void {
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
  if (after === undefined) return;
  for (const endpoint of endpointsOf(after)) {
    const { come } = ofService(tagOf(endpoint.tags, serviceTag));
    come.set(after.name, [...(come.get(after.name) ?? []), endpoint]);
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
    const endpoints = [...stay, ...[...come.values()].flat()];
    if (endpoints.length === 0) next.delete(name);
    else next.set(name, makeService(endpoints));
  }
  return next;
}

function makeService(endpoints: Endpoint[]): Service {
  endpoints.sort(
    (a, b) => compareBytes(a.address, b.address) || a.port - b.port || compareBytes(a.dataplane, b.dataplane),
  );
  return { endpoints, protocol: foldProtocols(endpoints.map(({ tags }) => parseProtocol(tagOf(tags, protocolTag)))) };
}
