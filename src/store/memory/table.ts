import { compareBytes, type Facets, type ResourceKey, type Revision } from '../../model/resource.js';
import type { Rows } from '../carry-out.js';
import type { StoredResource } from '../store.js';

/** A resource and what lists and mesh deletion need beside it. */
export interface Entry {
  readonly resource: StoredResource;
  readonly facets: Facets;
  readonly ownedByMesh: boolean;
}

/** Where an entry was changed, and what was there before. */
interface Undo {
  readonly key: ResourceKey;
  readonly previous: Entry | undefined;
}

/** The resources in memory, sorted as lists are; takes back what a refused transaction did. */
export class Table implements Rows {
  readonly #byType = new Map<string, Entry[]>();
  #undo: Undo[] = [];

  /** Entries of a type by mesh, then name, bytewise. */
  entriesOf(type: string): readonly Entry[] {
    return this.#byType.get(type) ?? [];
  }

  /** Types with at least one resource, bytewise. */
  types(): readonly string[] {
    return [...this.#byType.keys()].sort(compareBytes);
  }

  find(key: ResourceKey): StoredResource | undefined {
    return this.#findEntry(key)?.resource;
  }

  hasAny(type: string, mesh: string, after: Revision): boolean {
    return this.entriesOf(type).some(({ resource }) => resource.mesh === mesh && resource.revision > after);
  }

  findOwned(mesh: string): readonly ResourceKey[] {
    return this.types().flatMap((type) =>
      this.entriesOf(type)
        .filter((entry) => entry.ownedByMesh && entry.resource.mesh === mesh)
        .map(({ resource: { name } }) => ({ type, mesh, name })),
    );
  }

  insert(resource: StoredResource, facets: Facets, ownedByMesh: boolean): void {
    this.#set(resource, { resource, facets, ownedByMesh });
  }

  update(resource: StoredResource, facets: Facets): void {
    this.#set(resource, { resource, facets, ownedByMesh: this.#findEntry(resource)?.ownedByMesh ?? false });
  }

  remove(key: ResourceKey): void {
    this.#set(key, undefined);
  }

  /** Makes what was done since the last settlement final. */
  keep(): void {
    this.#undo = [];
  }

  /** Takes back what was done since the last settlement. */
  takeBack(): void {
    for (const { key, previous } of this.#undo.toReversed()) this.#place(key, previous);
    this.#undo = [];
  }

  #set(key: ResourceKey, entry: Entry | undefined): void {
    this.#undo.push({ key, previous: this.#findEntry(key) });
    this.#place(key, entry);
  }

  #findEntry(key: ResourceKey): Entry | undefined {
    const entries = this.entriesOf(key.type);
    const { index, found } = locate(entries, key);
    return found ? entries[index] : undefined;
  }

  #place(key: ResourceKey, entry: Entry | undefined): void {
    const entries = this.#byType.get(key.type) ?? [];
    const { index, found } = locate(entries, key);
    entries.splice(index, found ? 1 : 0, ...(entry === undefined ? [] : [entry]));
    if (entries.length === 0) this.#byType.delete(key.type);
    else this.#byType.set(key.type, entries);
  }
}

/** Where the key stands or would stand. */
function locate(entries: readonly Entry[], key: ResourceKey): { readonly index: number; readonly found: boolean } {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    const order =
      entry === undefined
        ? 1
        : compareBytes(entry.resource.mesh, key.mesh) || compareBytes(entry.resource.name, key.name);
    if (order === 0) return { index: middle, found: true };
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return { index: low, found: false };
}
