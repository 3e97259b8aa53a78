import type { EnvoyResources } from '../envoy/envoy-resources.js';
import { isEqualJson } from '../lib/is-equal.js';
import { rememberByBoth } from '../lib/remember.js';

/**
 * The resources after a change, with every part that says the same as before being the one before: each resource, each
 * section, and the whole.
 */
export function keepEqual(before: EnvoyResources, after: EnvoyResources): EnvoyResources {
  const kept: EnvoyResources = {
    clusters: keepSection(before.clusters, after.clusters),
    endpoints: keepSection(before.endpoints, after.endpoints),
    listeners: keepSection(before.listeners, after.listeners),
    routes: keepSection(before.routes, after.routes),
    secrets: keepSection(before.secrets, after.secrets),
    runtimes: keepSection(before.runtimes, after.runtimes),
  };
  const isSame = (Object.keys(kept) as (keyof EnvoyResources)[]).every((section) => kept[section] === before[section]);
  return isSame ? before : kept;
}

function keepSection<Of extends object>(
  before: ReadonlyMap<string, Of>,
  after: ReadonlyMap<string, Of>,
): ReadonlyMap<string, Of> {
  if (before === after) return before;
  let isSame = before.size === after.size;
  let kept: Map<string, Of> | undefined;
  for (const [name, resource] of after) {
    const known = before.get(name);
    if (known === resource) continue;
    if (known === undefined || !isSameResource(known, resource)) isSame = false;
    else (kept ??= new Map(after)).set(name, known);
  }
  return isSame ? before : (kept ?? after);
}

/** Proxies share most of their resources, before and after. */
const isSameResource = rememberByBoth(isEqualJson);
