import type { Dataplane } from '../model/dataplane.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';

/** All Dataplanes of a mesh, by name. */
export const dataplanesOf = (snapshot: MeshSnapshot): readonly Dataplane[] =>
  resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[];
