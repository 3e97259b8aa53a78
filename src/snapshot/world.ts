import { compareBytes, type Resource, type ResourceKey, type Revision } from '../model/resource.js';
import {
  emptySnapshot,
  nextSnapshot,
  resourceOf,
  type MeshChange,
  type MeshSnapshot,
  type ZoneEgress,
} from './mesh-snapshot.js';

/** All meshes at one store revision. */
export interface World {
  readonly revision: Revision;
  /** By name; a mesh of which nothing is left is absent. */
  readonly meshes: ReadonlyMap<string, MeshSnapshot>;
  /** Global resources other than meshes: type to name to resource. */
  readonly globals: ReadonlyMap<string, ReadonlyMap<string, Resource>>;
}

/** One write: the resource as it is now, or undefined when it is gone. */
export interface WorldChange {
  readonly revision: Revision;
  readonly key: ResourceKey;
  readonly resource: Resource | undefined;
}

export const emptyWorld: World = { revision: 0, meshes: new Map(), globals: new Map() };

/** The world after some changes, in order; meshes that they do not touch are shared. */
export function nextWorld(world: World, changes: readonly WorldChange[]): World {
  const byMesh = new Map<string, MeshChange[]>();
  const globals = new Map(world.globals);
  for (const { revision, key, resource } of changes) {
    const mesh = key.type === 'Mesh' ? key.name : key.mesh;
    if (mesh === '') {
      const ofType = new Map(globals.get(key.type));
      if (resource === undefined) ofType.delete(key.name);
      else ofType.set(key.name, resource);
      globals.set(key.type, ofType);
      continue;
    }
    const known = byMesh.get(mesh);
    const change: MeshChange = { revision, type: key.type, name: key.name, resource };
    if (known === undefined) byMesh.set(mesh, [change]);
    else known.push(change);
  }
  const meshes = new Map(world.meshes);
  for (const [name, ofMesh] of byMesh) {
    const snapshot = nextSnapshot(meshes.get(name) ?? emptySnapshot(name), ofMesh);
    if (snapshot.mesh === undefined && snapshot.resources.size === 0) meshes.delete(name);
    else meshes.set(name, snapshot);
  }
  shareZoneEgresses(meshes, globals.get('ZoneEgress'));
  return { revision: changes.at(-1)?.revision ?? world.revision, meshes, globals };
}

const egressLists = new WeakMap<ReadonlyMap<string, Resource>, readonly ZoneEgress[]>();

/** Every mesh knows the zone egresses; those that know them already stay as they are. */
function shareZoneEgresses(
  meshes: Map<string, MeshSnapshot>,
  egresses: ReadonlyMap<string, Resource> | undefined,
): void {
  if (egresses === undefined) return;
  const byName = (): ZoneEgress[] =>
    ([...egresses.values()] as ZoneEgress[]).sort((a, b) => compareBytes(a.name, b.name));
  const zoneEgresses = egressLists.get(egresses) ?? byName();
  egressLists.set(egresses, zoneEgresses);
  for (const [name, snapshot] of meshes)
    if (snapshot.zoneEgresses !== zoneEgresses) meshes.set(name, { ...snapshot, zoneEgresses });
}

/** The resource of a key, or undefined. */
export function findResource({ meshes, globals }: World, { type, mesh, name }: ResourceKey): Resource | undefined {
  if (type === 'Mesh') return meshes.get(name)?.mesh;
  if (mesh === '') return globals.get(type)?.get(name);
  const snapshot = meshes.get(mesh);
  return snapshot && resourceOf(snapshot, type, name);
}

/** The meshes that exist, by name; not those of which only resources that outlive them are left. */
export const existingMeshes = ({ meshes }: World): readonly MeshSnapshot[] =>
  [...meshes.values()].filter(({ mesh }) => mesh !== undefined).sort((a, b) => compareBytes(a.name, b.name));
