import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import type { Operation } from '../store/store.js';
import { renderSpec } from './render.js';

/** What is written together with a new resource: its companions, as far as their kinds are among `kinds`. */
export function companionOperations(
  kinds: readonly Kind[],
  created: { readonly key: ResourceKey; readonly spec: unknown; readonly time: string },
): Operation[] {
  const kindOf = (key: ResourceKey): Kind | undefined => kinds.find(({ type }) => type === key.type);
  const companions = kindOf(created.key)?.companions?.(created.spec, created.key) ?? [];
  return companions.flatMap(({ key, spec }): Operation[] => {
    const own = kindOf(key);
    if (own === undefined) return [];
    return [
      {
        op: 'put',
        key,
        spec: renderSpec(spec),
        facets: own.facets(spec),
        ownedByMesh: own.boundToMesh,
        time: created.time,
        expected: { state: 'any' },
      },
    ];
  });
}
