import { isOnline, type WithSubscriptions } from '../model/insight.js';
import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import { resourcesByName } from '../snapshot/mesh-snapshot.js';
import type { World } from '../snapshot/world.js';
import type { Store } from '../store/store.js';
import { deleteProxy } from './delete-proxy.js';

/** Which proxies are gone for too long now, and when the next one will be, in milliseconds since 1970. */
export interface LongOffline {
  readonly due: readonly ResourceKey[];
  /** Undefined when none is offline. */
  readonly nextAt: number | undefined;
}

/**
 * The Dataplanes whose proxies were connected once and have been gone for `age` milliseconds. Those that never
 * connected, and zone proxies, stay (Kuma 2.5).
 */
export function findLongOffline(world: World, age: number, now: number): LongOffline {
  const due: ResourceKey[] = [];
  let nextAt: number | undefined;
  for (const snapshot of world.meshes.values()) {
    for (const { name, spec } of resourcesByName(snapshot, 'DataplaneInsight').values()) {
      const end = endOf(spec);
      if (end === undefined) continue;
      if (now - end > age) due.push({ type: 'Dataplane', mesh: snapshot.name, name });
      else nextAt = Math.min(nextAt ?? Infinity, end + age + 1);
    }
  }
  return { due, nextAt };
}

/** Deletes those that are due. How many that were. */
export async function removeLongOffline(
  { store, kinds, world }: { readonly store: Store; readonly kinds: readonly Kind[]; readonly world: World },
  age: number,
  now: number,
): Promise<number> {
  const kind = kinds.find(({ type }) => type === 'Dataplane') ?? {};
  let removed = 0;
  for (const key of findLongOffline(world, age, now).due) {
    const isGone = (insight: unknown): boolean => now - (endOf(insight) ?? now) > age;
    if (await deleteProxy(store, kind, key, isGone)) removed++;
  }
  return removed;
}

/** When the last stream ended; undefined while there is one, or never was. */
function endOf(insight: unknown): number | undefined {
  const { subscriptions = [] } = (insight ?? {}) as WithSubscriptions;
  const end = Date.parse(subscriptions.at(-1)?.disconnectTime ?? '');
  return isOnline({ subscriptions }) || Number.isNaN(end) ? undefined : end;
}
