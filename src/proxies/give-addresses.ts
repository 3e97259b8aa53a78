import { noFacets } from '../model/resource.js';
import { nextAddresses } from '../pipeline/next-addresses.js';
import { meshOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { World } from '../snapshot/world.js';
import { renderSpec } from '../store/spec-text.js';
import type { Store } from '../store/store.js';

/** Where addresses are kept and looked up. */
export interface AddressBook {
  readonly store: Store;
  /** All meshes as of the newest commit. */
  readonly world: () => World;
  /** The current time in RFC 3339. */
  readonly now: () => string;
}

/** Snapshots in which every host has an address. */
const complete = new WeakSet<MeshSnapshot>();

/**
 * Gives an address to every host of a mesh that has none, all at once and for good. Called before a proxy of the mesh is
 * computed: what is written meanwhile is given its addresses together, in the order of the names, whoever came first. Of
 * several servers one gives them, the others see it.
 */
export async function giveAddresses({ store, world, now }: AddressBook, mesh: string): Promise<void> {
  for (;;) {
    const snapshot = world().meshes.get(mesh);
    if (snapshot === undefined || meshOf(snapshot) === undefined || complete.has(snapshot)) return;
    const next = nextAddresses(snapshot);
    if (next === undefined) {
      complete.add(snapshot);
      return;
    }
    const { key, spec, previous } = next;
    const result = await store.transact({
      preconditions: [{ check: 'exists', key: { type: 'Mesh', mesh: '', name: mesh } }],
      operations: [
        {
          op: 'put',
          key,
          spec: renderSpec(spec),
          facets: noFacets,
          ownedByMesh: true,
          time: now(),
          expected: previous === undefined ? { state: 'absent' } : { state: 'revision', revisions: [previous] },
        },
      ],
    });
    if (result.ok || result.error.conflict === 'precondition') return;
  }
}
