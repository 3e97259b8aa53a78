import { noFacets } from '../model/resource.js';
import type { Operation, Store, StoredResource } from '../store/store.js';
import { StoreError } from '../store/store-error.js';
import type { Keyring } from './keyring.js';
import { keyIdOf, openSpec, sealSpec } from './secret-cipher.js';

/** Secrets that one transaction encrypts anew. */
const batchSize = 100;

/**
 * Encrypts every secret anew that is not under the current key; the number of those. `store` is the one below the
 * encryption. When it is interrupted some secrets are under the one key and some under the other: the ring must hold both
 * until it has come to its end.
 */
export async function rotateSecrets(store: Store, keyring: Keyring, types: Iterable<string>): Promise<number> {
  let rotated = 0;
  for (const type of types) {
    const { items } = await store.list({ type, order: 'name', offset: 0 });
    const stale = items.filter((resource) => keyIdOf(resource, resource.spec) !== keyring.current.id);
    for (let start = 0; start < stale.length; start += batchSize) {
      const batch = stale.slice(start, start + batchSize);
      const result = await store.transact({
        preconditions: [],
        operations: batch.map((resource) => encryptAnew(keyring, resource)),
      });
      if (!result.ok) throw new StoreError('in-use', 'another program writes to the store: stop it and try again');
      rotated += batch.length;
    }
  }
  return rotated;
}

/** Neither its times nor what it belongs to nor what is remembered of its body change. */
function encryptAnew(
  keyring: Keyring,
  { type, mesh, name, unknownFields, spec, modificationTime, revision }: StoredResource,
): Operation {
  const key = { type, mesh, name };
  return {
    op: 'put',
    key,
    spec: sealSpec(keyring, key, openSpec(keyring, key, spec)),
    facets: noFacets,
    ownedByMesh: false,
    unknownFields,
    time: modificationTime,
    expected: { state: 'revision', revisions: [revision] },
  };
}
