import type { Dataplane } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import { deriveOnce } from '../snapshot/mesh-snapshot.js';

/** The tags of every inbound and gateway of a mesh, equal ones once: what its clients can be. */
export const tagSetsOf = deriveOnce('Dataplane', (resources): readonly Tags[] => {
  const sets = new Map<string, Tags>();
  for (const { spec } of resources.values() as Iterable<Dataplane>) {
    const { inbound = [], gateway } = spec.networking ?? {};
    for (const tags of [...inbound.map((each) => each.tags), gateway?.tags])
      if (tags !== undefined) sets.set(JSON.stringify(tags), tags);
  }
  return [...sets.values()];
});
