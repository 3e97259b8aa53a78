import { identify } from '../lib/identify.js';
import { rememberByBoth } from '../lib/remember.js';
import {
  inboundAddress,
  isBuiltinGateway,
  isIgnored,
  matchesSelector,
  serviceTag,
  tagOf,
  type Dataplane,
} from '../model/dataplane.js';
import type { MeshGateway } from '../model/gateway.js';
import { compareBytes, type Resource, type Tags } from '../model/resource.js';
import type { TargetRef, TargetRefKind } from '../model/target-ref.js';
import { resourceOf, resourcesByName, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';
import { listenerTags, selectGateway } from './select-gateway.js';
import { shapeOf } from './shape.js';

/** A listener of a proxy that takes connections from the mesh; policies with `from` apply to each by itself. */
export interface InboundListener {
  readonly address: string;
  readonly port: number;
}

/** How the rules room reads a kind of targetRef policy; stated once per policy. */
export interface PolicyReader<Spec = unknown> {
  readonly type: string;
  readonly topTargetRef: (spec: Spec) => TargetRef;
  readonly gatewayTags?: GatewayTags;
}

/**
 * With what the tags of a targetRef to a MeshGateway are compared: the listener's own tags (Kuma 2.5), or all that stand
 * for it, those of the Dataplane and of the MeshGateway too.
 */
export type GatewayTags = 'own' | 'all';

/** A policy that reaches a proxy, and the listeners on which it does. */
export interface Matched {
  readonly policy: Resource;
  readonly listeners: readonly InboundListener[];
}

/** A policy that reaches all proxies of one shape, and the places at which it does. */
interface Reach {
  readonly policy: Resource;
  readonly places: readonly number[];
}

/** Kinds from general to specific: what is more specific is merged later and so wins. */
const kindOrder: Readonly<Record<TargetRefKind, number>> = {
  Mesh: 1,
  MeshSubset: 2,
  MeshGateway: 3,
  MeshService: 4,
  MeshServiceSubset: 5,
  MeshHTTPRoute: 6,
};

/** A proxy as top-level targetRefs see it. */
export interface Target {
  readonly snapshot: MeshSnapshot;
  readonly dataplane: Dataplane;
  /** The MeshGateway whose listeners the proxy has. */
  readonly gateway: MeshGateway | undefined;
}

/** The proxy of a Dataplane. Sidecars whose tags a MeshGateway selects have its listeners too (Kuma 2.5). */
export const targetOf = (snapshot: MeshSnapshot, dataplane: Dataplane): Target => ({
  snapshot,
  dataplane,
  gateway: selectGateway(snapshot, dataplane),
});

/** The proxy as lists of affected Dataplanes see it: only builtin gateways have the listeners of a MeshGateway. */
export const affectedTargetOf = (snapshot: MeshSnapshot, dataplane: Dataplane): Target =>
  isBuiltinGateway(dataplane.spec) ? targetOf(snapshot, dataplane) : { snapshot, dataplane, gateway: undefined };

/**
 * The policies that reach a proxy, by type, in the order in which they are merged: by kind of the top-level targetRef,
 * then by name. Types that do not reach it are absent. A proxy is reached exactly if one of its inbound listeners is.
 */
export function matchPolicies(
  target: Target,
  readers: readonly PolicyReader[],
): ReadonlyMap<string, readonly Matched[]> {
  const reaches = askAllReaches(target.snapshot, { dataplane: target.dataplane, readers });
  const all = reaches.size === 0 ? [] : placesOf(target).map(({ listener }) => listener);
  // most policies reach all of a proxy, and share one list of it
  const listenersAt = (places: readonly number[]): readonly InboundListener[] =>
    places.length === all.length ? all : places.flatMap((at) => all[at] ?? []);
  return new Map(
    [...reaches].map(([type, ofType]) => [
      type,
      ofType.map(({ policy, places }) => ({ policy, listeners: listenersAt(places) })),
    ]),
  );
}

/** By type, in the order of the readers; only types that reach the proxy. */
const askAllReaches = derive({
  keyOf: ({ dataplane, readers }: { readonly dataplane: Dataplane; readonly readers: readonly PolicyReader[] }) =>
    `${identify(readers)} ${shapeOf(dataplane)}`,
  answer: (snapshot, { dataplane, readers }): ReadonlyMap<string, readonly Reach[]> =>
    new Map(
      readers
        .map((reader) => [reader.type, askReaches(snapshot, { dataplane, reader })] as const)
        .filter(([, reaches]) => reaches.length > 0),
    ),
  settle: (before, after) =>
    before.size === after.size && [...after].every(([type, reaches]) => before.get(type) === reaches) ? before : after,
});

const askReaches = derive({
  keyOf: ({ dataplane, reader }: { readonly dataplane: Dataplane; readonly reader: PolicyReader }) =>
    `${reader.type} ${shapeOf(dataplane)}`,
  answer: (snapshot, { dataplane, reader }): readonly Reach[] => {
    if (resourcesByName(snapshot, reader.type).size === 0) return [];
    const target = targetOf(snapshot, dataplane);
    const places = placesOf(target);
    const services = new Set([anyService, ...places.map(({ tags }) => tagOf(tags, serviceTag))]);
    return [...services]
      .flatMap((service) => askPoliciesOn(snapshot, { service, reader }))
      .map(({ policy, ref }) => ({ policy, ref, places: selectPlaces(target, places, ref, reader.gatewayTags) }))
      .filter(({ places: found }) => found.length > 0)
      .sort((a, b) => compareByKind(a, b))
      .map(({ policy, places: found }) => ({ policy, places: found }));
  },
  settle: (before, after) =>
    before.length === after.length && before.every((each, i) => isSameReach(each, after[i])) ? before : after,
});

const isSameReach = (a: Reach, b: Reach | undefined): boolean =>
  a.policy === b?.policy && a.places.join() === b.places.join();

interface Placed {
  readonly policy: Resource;
  readonly ref: TargetRef;
}

const compareByKind = (a: Placed, b: Placed): number =>
  kindOrder[a.ref.kind] - kindOrder[b.ref.kind] || compareBytes(a.policy.name, b.policy.name);

/** Stands for policies whose top-level targetRef names no service; no service has an empty name. */
const anyService = '';

/** The policies of a type whose top-level targetRef names a service. */
const askPoliciesOn = derive({
  keyOf: ({ service, reader }: { readonly service: string; readonly reader: PolicyReader }) =>
    `${reader.type} ${service}`,
  answer: (snapshot, { service, reader }): readonly Placed[] =>
    indexPolicies(resourcesByName(snapshot, reader.type), reader).get(service) ?? [],
  settle: (before, after) =>
    before.length === after.length && before.every(({ policy }, i) => policy === after[i]?.policy) ? before : after,
});

const indexPolicies = rememberByBoth(
  (policies: ReadonlyMap<string, Resource>, { topTargetRef }: PolicyReader): ReadonlyMap<string, readonly Placed[]> => {
    const byService = new Map<string, Placed[]>();
    for (const policy of policies.values()) {
      const ref = topTargetRef(policy.spec);
      const service = serviceOf(ref);
      const known = byService.get(service);
      if (known === undefined) byService.set(service, [{ policy, ref }]);
      else known.push({ policy, ref });
    }
    return byService;
  },
);

/** The service that every place has which a top-level targetRef selects; a tag counts more than the name. */
function serviceOf({ kind, name = anyService, tags }: TargetRef): string {
  if (kind !== 'MeshService' && kind !== 'MeshServiceSubset') return anyService;
  const service = kind === 'MeshServiceSubset' && tags?.[serviceTag] !== undefined ? tags[serviceTag] : name;
  return service === '*' ? anyService : service;
}

/** A part of a proxy that takes connections: an inbound or a listener of its gateway. */
interface Place {
  readonly tags: Tags;
  readonly listener: InboundListener;
  /** Of a gateway: those of the listener itself. */
  readonly ownTags?: Tags | undefined;
  readonly isGateway: boolean;
}

function placesOf({ dataplane, gateway }: Target): readonly Place[] {
  const inbounds = (dataplane.spec.networking?.inbound ?? [])
    .filter((inbound) => !isIgnored(inbound))
    .map((inbound) => ({
      tags: inbound.tags ?? {},
      listener: { address: inboundAddress(dataplane.spec, inbound), port: inbound.port },
      isGateway: false,
    }));
  if (gateway === undefined) return inbounds;
  const listeners = (gateway.spec.conf?.listeners ?? []).map((listener) => ({
    tags: listenerTags(dataplane, gateway.spec, listener),
    listener: { address: dataplane.spec.networking?.address ?? '', port: listener.port ?? 0 },
    ownTags: listener.tags,
    isGateway: true,
  }));
  return [...inbounds, ...listeners];
}

/** The inbound listeners of a proxy that a top-level targetRef selects; all tags must be of one listener. */
export function selectListeners(
  target: Target,
  ref: TargetRef,
  gatewayTags: GatewayTags = 'own',
): readonly InboundListener[] {
  const places = placesOf(target);
  return selectPlaces(target, places, ref, gatewayTags).flatMap((at) => places[at]?.listener ?? []);
}

/** Which places a top-level targetRef selects. */
function selectPlaces(
  target: Target,
  places: readonly Place[],
  ref: TargetRef,
  gatewayTags: GatewayTags = 'own',
): readonly number[] {
  switch (ref.kind) {
    case 'Mesh':
      return places.map((_, at) => at);
    case 'MeshSubset':
      return filterPlaces(places, ({ tags }) => matchesSelector(tags, ref.tags ?? {}));
    case 'MeshService':
      return filterPlaces(places, ({ tags }) => matchesSelector(tags, { [serviceTag]: ref.name ?? '' }));
    case 'MeshServiceSubset': {
      const selector = { [serviceTag]: ref.name ?? '', ...ref.tags };
      return filterPlaces(places, ({ tags }) => matchesSelector(tags, selector));
    }
    case 'MeshGateway': {
      const { dataplane, gateway } = target;
      if (gateway?.name !== ref.name || !isBuiltinGateway(dataplane.spec)) return [];
      return filterPlaces(
        places,
        ({ isGateway, tags, ownTags }) =>
          isGateway && matchesSelector(gatewayTags === 'own' ? (ownTags ?? {}) : tags, ref.tags ?? {}),
      );
    }
    case 'MeshHTTPRoute': {
      const route = resourceOf(target.snapshot, 'MeshHTTPRoute', ref.name ?? '');
      // a route targets no route, so that this ends
      return route === undefined
        ? []
        : selectPlaces(target, places, (route.spec as { readonly targetRef: TargetRef }).targetRef);
    }
  }
}

const filterPlaces = (places: readonly Place[], isWanted: (place: Place) => boolean): readonly number[] =>
  places.flatMap((place, at) => (isWanted(place) ? [at] : []));
