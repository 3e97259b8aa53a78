import type { DataplaneSpec } from '../model/dataplane.js';
import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import { parseStored, renderSpec } from '../store/spec-text.js';
import { applyHealth, type HealthReport } from './apply-health.js';
import type { ProxyStore } from './put-own-resource.js';

const maxAttempts = 100;

/** Stores what a proxy found out in its Dataplane; most reports change nothing. A Dataplane that is gone stays so. */
export async function writeHealth(
  { store, now }: ProxyStore,
  kind: Pick<Kind, 'facets'>,
  key: ResourceKey,
  report: HealthReport,
): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const stored = await store.get(key);
    if (stored === undefined) return;
    const before = parseStored(stored).spec as DataplaneSpec;
    const after = applyHealth(before, report);
    if (after === before) return;
    const result = await store.transact({
      preconditions: [],
      operations: [
        {
          op: 'put',
          key,
          spec: renderSpec(after),
          unknownFields: stored.unknownFields,
          facets: kind.facets(after),
          ownedByMesh: true,
          time: now(),
          expected: { state: 'revision', revisions: [stored.revision] },
        },
      ],
    });
    if (result.ok) return;
  }
  throw new Error(`the ${key.type} ${key.name} is written by too many at once`);
}
