import { compareBytes, type Resource, type ResourceKey, type Revision } from '../model/resource.js';
import { contentsOf, type ZoneEgress } from './contents.js';
import {
  emptySnapshot,
  meshOf,
  nextSnapshot,
  resourceOf,
  shareWith,
  type MeshChange,
  type MeshSnapshot,
} from './mesh-snapshot.js';
import { noOpenMeshes, openMesh, type OpenMeshes } from './open-mesh.js';

/** All meshes at one store revision. */
export interface World {
  readonly revision: Revision;
  /** By name; a mesh of which nothing is left is absent. */
  readonly meshes: ReadonlyMap<string, MeshSnapshot>;
  /** Global resources other than meshes: type to name to resource. */
  readonly globals: ReadonlyMap<string, ReadonlyMap<string, Resource>>;
  /** What meshes open to each other, by their names. */
  readonly openMeshes: OpenMeshes;
}

/** One write: the resource as it is now, or undefined when it is gone. */
export interface WorldChange {
  readonly revision: Revision;
  readonly key: ResourceKey;
  readonly resource: Resource | undefined;
}

export const emptyWorld: World = {
  revision: 0,
  meshes: new Map(),
  globals: new Map(),
  openMeshes: noOpenMeshes,
};

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
    const { mesh, resources } = snapshot[contentsOf];
    if (mesh === undefined && resources.size === 0) meshes.delete(name);
    else meshes.set(name, snapshot);
  }
  const zoneEgresses = listZoneEgresses(globals.get('ZoneEgress'));
  const openMeshes = nextOpenMeshes(world.openMeshes, meshes, byMesh.keys());
  // every mesh knows what all share
  for (const [name, snapshot] of meshes)
    meshes.set(
      name,
      shareWith(snapshot, { zoneEgresses: zoneEgresses ?? snapshot[contentsOf].zoneEgresses, openMeshes }),
    );
  return { revision: changes.at(-1)?.revision ?? world.revision, meshes, globals, openMeshes };
}

const egressLists = new WeakMap<ReadonlyMap<string, Resource>, readonly ZoneEgress[]>();

function listZoneEgresses(egresses: ReadonlyMap<string, Resource> | undefined): readonly ZoneEgress[] | undefined {
  if (egresses === undefined) return undefined;
  const known = egressLists.get(egresses);
  if (known !== undefined) return known;
  const byName = ([...egresses.values()] as ZoneEgress[]).sort((a, b) => compareBytes(a.name, b.name));
  egressLists.set(egresses, byName);
  return byName;
}

/** The same map as before unless one of the meshes that were touched opens something else now. */
function nextOpenMeshes(
  before: OpenMeshes,
  meshes: ReadonlyMap<string, MeshSnapshot>,
  touched: Iterable<string>,
): OpenMeshes {
  const next = new Map(before);
  for (const name of touched) {
    const snapshot = meshes.get(name);
    const open = snapshot && openMesh(snapshot[contentsOf], before.get(name));
    if (open === undefined) next.delete(name);
    else next.set(name, open);
  }
  const isSame = next.size === before.size && [...next].every(([name, open]) => before.get(name) === open);
  return isSame ? before : next;
}

/** The resource of a key, or undefined. */
export function findResource({ meshes, globals }: World, { type, mesh, name }: ResourceKey): Resource | undefined {
  if (type !== 'Mesh' && mesh === '') return globals.get(type)?.get(name);
  const snapshot = meshes.get(type === 'Mesh' ? name : mesh);
  return snapshot && (type === 'Mesh' ? meshOf(snapshot) : resourceOf(snapshot, type, name));
}

/** The meshes that exist, by name; not those of which only resources that outlive them are left. */
export const existingMeshes = ({ meshes }: World): readonly MeshSnapshot[] =>
  [...meshes.values()]
    .filter((snapshot) => meshOf(snapshot) !== undefined)
    .sort((a, b) => compareBytes(a.name, b.name));
