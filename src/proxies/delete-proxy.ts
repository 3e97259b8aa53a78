import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import { parseStored } from '../store/spec-text.js';
import type { Expected, Operation, Store, StoredResource } from '../store/store.js';

const maxAttempts = 100;

/**
 * Deletes the resource of a proxy together with its insight, if its insight still says that the proxy is gone when that
 * happens. True when it was deleted.
 */
export async function deleteProxy(
  store: Store,
  kind: Pick<Kind, 'insight'>,
  key: ResourceKey,
  isGone: (insight: unknown) => boolean,
): Promise<boolean> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const insightKey = kind.insight && { ...key, type: kind.insight.type };
    const [stored, insight] = await Promise.all([store.get(key), insightKey && store.get(insightKey)]);
    if (stored === undefined || !isGone(insight && parseStored(insight).spec)) return false;
    const result = await store.transact({
      preconditions: [],
      operations: [...(insightKey === undefined ? [] : [remove(insightKey, insight)]), remove(key, stored)],
    });
    if (result.ok) return true;
  }
  return false;
}

const remove = (key: ResourceKey, found: StoredResource | undefined): Operation => ({
  op: 'delete',
  key,
  expected: asFound(found),
});

const asFound = (found: StoredResource | undefined): Expected =>
  found === undefined ? { state: 'absent' } : { state: 'revision', revisions: [found.revision] };
