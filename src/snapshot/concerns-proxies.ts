import type { MeshSnapshot } from './mesh-snapshot.js';

/** The part of an insight that configurations depend on. */
interface InsightSpec {
  readonly mTLS?: { readonly issuedBackend?: string };
}

/** True when what changed between two snapshots of a mesh can matter to a proxy: more than what is known of the proxies. */
export function concernsProxies(before: MeshSnapshot | undefined, after: MeshSnapshot): boolean {
  if (before === after) return false;
  if (before === undefined) return true;
  if (before.mesh !== after.mesh || before.services !== after.services) return true;
  if (before.zoneEgresses !== after.zoneEgresses || before.openMeshes !== after.openMeshes) return true;
  const types = new Set([...before.resources.keys(), ...after.resources.keys()]);
  types.delete('DataplaneInsight');
  for (const type of types) if (before.resources.get(type) !== after.resources.get(type)) return true;
  return hasOtherIdentities(before, after);
}

function hasOtherIdentities(before: MeshSnapshot, after: MeshSnapshot): boolean {
  const old = before.resources.get('DataplaneInsight');
  const now = after.resources.get('DataplaneInsight');
  if (old === now) return false;
  const backendOf = (spec: unknown): string => (spec as InsightSpec | undefined)?.mTLS?.issuedBackend ?? '';
  const names = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return [...names].some((name) => {
    const [a, b] = [old?.get(name), now?.get(name)];
    return a !== b && backendOf(a?.spec) !== backendOf(b?.spec);
  });
}
