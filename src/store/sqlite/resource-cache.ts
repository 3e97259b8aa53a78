import type { ResourceKey } from '../../model/resource.js';
import type { Change, StoredResource } from '../store.js';

/** Resources read lately, as they are in the file: the store is its only writer, and tells of every commit. */
export class ResourceCache {
  readonly #capacity: number;
  /** Oldest use first. */
  readonly #entries = new Map<string, StoredResource>();

  /** `capacity`: how many resources are kept at most. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The resource as kept, or else as `read` gives it. */
  get(key: ResourceKey, read: () => StoredResource | undefined): StoredResource | undefined {
    const id = toId(key);
    const known = this.#entries.get(id);
    const resource = known ?? read();
    if (resource === undefined) return undefined;
    if (known !== undefined) this.#entries.delete(id);
    else if (this.#entries.size >= this.#capacity) this.#forgetOldest();
    this.#entries.set(id, resource);
    return resource;
  }

  /** Follows a commit; what is not kept stays so, and so does what was read at a later one that is still to be told. */
  follow(changes: readonly Change[]): void {
    for (const { revision, key, resource } of changes) {
      const id = toId(key);
      const known = this.#entries.get(id);
      if (known === undefined || known.revision > revision) continue;
      if (resource === undefined) this.#entries.delete(id);
      else this.#entries.set(id, resource);
    }
  }

  #forgetOldest(): void {
    for (const id of this.#entries.keys()) {
      this.#entries.delete(id);
      return;
    }
  }
}

/** One text for each key, whatever characters the parts hold. */
const toId = ({ type, mesh, name }: ResourceKey): string => `${type.length}:${mesh.length}:${type}${mesh}${name}`;
