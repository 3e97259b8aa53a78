import type { Dataplane } from '../model/dataplane.js';
import type { ResourceKey, Revision } from '../model/resource.js';
import { addressesKey, nextAddresses as next, type AddressesSpec } from '../rules/virtual-addresses.js';
import { deriveOnce, resourceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';

/** What is to be stored so that every host of a mesh has an address. */
export interface NextAddresses {
  readonly key: ResourceKey;
  readonly spec: AddressesSpec;
  /** Of what was looked at; undefined when the mesh has given out none. */
  readonly previous: Revision | undefined;
}

/**
 * What must be stored before a proxy of the mesh is computed; undefined when nothing is missing, or when no proxy has
 * connections redirected to it, so that nobody would use the addresses.
 */
export function nextAddresses(snapshot: MeshSnapshot): NextAddresses | undefined {
  if (!hasRedirections(snapshot)) return undefined;
  const addresses = next(snapshot);
  const key = addressesKey(snapshot.name);
  return (
    addresses && {
      key,
      spec: { addresses: Object.fromEntries(addresses) },
      previous: resourceOf(snapshot, key.type, key.name)?.revision,
    }
  );
}

const hasRedirections = deriveOnce('Dataplane', (dataplanes): boolean => {
  for (const { spec } of dataplanes.values() as Iterable<Dataplane>)
    if (spec.networking?.transparentProxying !== undefined) return true;
  return false;
});
