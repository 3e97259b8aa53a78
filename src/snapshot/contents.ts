import type { Endpoint } from '../model/endpoint.js';
import type { Protocol } from '../model/protocol.js';
import type { Resource, Revision } from '../model/resource.js';
import type { OpenMeshes } from './open-mesh.js';

/** What a mesh knows of one service: its endpoints by address and port, and what they all speak. */
export interface Service {
  readonly endpoints: readonly Endpoint[];
  readonly protocol: Protocol;
}

/** A ZoneEgress, as far as planning looks at it. */
export type ZoneEgress = Resource<{
  readonly networking?: { readonly address?: string; readonly port?: number };
}>;

/** What stands for a mesh from its first resource to its last; what is remembered of the mesh hangs on it. */
export interface Lineage {
  readonly mesh: string;
}

/** Everything that is known of a mesh at one store revision. Read by this room alone, so that all others have to ask. */
export interface Contents {
  readonly lineage: Lineage;
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
  /** What meshes open to each other, by their names; the same for all meshes. */
  readonly openMeshes: OpenMeshes;
}

export const contentsOf: unique symbol = Symbol('contents');
export const askedOf: unique symbol = Symbol('asked');

/** A part of the contents, or the resources of a type. */
export type Part = `.${Exclude<keyof Contents, 'resources'>}` | `type ${string}`;

/** The parts that differ between two contents. */
export function listChanges(before: Contents, after: Contents): readonly Part[] {
  const { resources: typesBefore, ...partsBefore } = before;
  const { resources: typesAfter, ...partsAfter } = after;
  const names = Object.keys(partsAfter) as Exclude<keyof Contents, 'resources'>[];
  const types = typesBefore === typesAfter ? [] : new Set([...typesBefore.keys(), ...typesAfter.keys()]);
  return [
    ...names.filter((name) => partsBefore[name] !== partsAfter[name]).map((name): Part => `.${name}`),
    ...[...types].filter((type) => typesBefore.get(type) !== typesAfter.get(type)).map((type): Part => `type ${type}`),
  ];
}

/** Something that computations look up in a mesh. What it is of is a part of the key. */
export interface Question<Arg, Value> {
  /** Of a question for the contents themselves: where the answer is found. Others are worked out of other answers. */
  partsOf?(arg: Arg): readonly Part[];
  /** Equal for arguments with equal answers. */
  keyOf(arg: Arg): string;
  answer(snapshot: MeshSnapshot, arg: Arg): Value;
  /** The answer to keep after it was worked out again: the one before, if that says the same. */
  settle(before: Value, after: Value): Value;
}

/** Answers questions from memory, and notes that they were asked. */
export interface Memory {
  ask<Arg, Value>(question: Question<Arg, Value>, arg: Arg): Value;
}

/**
 * One mesh at one store revision, with its indexes. Immutable: a change gives the next snapshot, which shares all
 * parts that the change does not touch. It is read by the functions of this room only; a computation that asks through
 * a `SnapshotMemo` is handed a snapshot that notes what is read, so never remember anything by a snapshot's identity.
 */
export interface MeshSnapshot {
  readonly name: string;
  readonly [contentsOf]: Contents;
  /** Of a snapshot that notes what is read. */
  readonly [askedOf]?: Memory;
}
