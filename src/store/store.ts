import type { Result } from '../lib/result.js';
import type { Facets, ResourceKey, ResourceMeta, Revision } from '../model/resource.js';

/** A resource as it is kept: metadata, and its spec as JSON text (indented by one space, the form in which it is answered). */
export interface StoredResource extends ResourceMeta {
  readonly spec: string;
  /** JSON text of the violations that name the fields of the last PUT that the kind does not know; `[]` without any. */
  readonly unknownFields: string;
}

/** Which resources of a type to list. Filters are ANDed; `total` counts after filters and before paging. */
export interface ListQuery {
  readonly type: string;
  /** Only this mesh; absent = all meshes. */
  readonly mesh?: string;
  /** Case-sensitive substring of the name. */
  readonly name?: string;
  /** Tag name and a substring of its value; every entry must hold within one tag set. An empty value matches any value of an existing tag. */
  readonly tags?: readonly (readonly [name: string, value: string])[];
  readonly gateway?: 'any' | 'none' | 'builtin' | 'delegated';
  /** `name`: by mesh, then name, bytewise. `creation`: by creation revision. */
  readonly order: 'name' | 'creation';
  readonly offset: number;
  /** Absent = all from `offset` on. */
  readonly limit?: number;
}

/** One page, and how many there are in all; read in one transaction. */
export interface Page {
  readonly items: readonly StoredResource[];
  readonly total: number;
}

/** What must hold of a resource when it is written; checked by the writer, inside the transaction. */
export type Expected =
  | { readonly state: 'any' }
  | { readonly state: 'absent' }
  | { readonly state: 'present' }
  | { readonly state: 'revision'; readonly revisions: readonly Revision[] };

/** One write. Operations of a transaction take effect in order, all or none; each has a revision of its own. */
export type Operation =
  | {
      readonly op: 'put';
      readonly key: ResourceKey;
      readonly spec: string;
      /** What `spec` says, when it is at hand: spares watchers the parsing. Absent = it is not. */
      readonly value?: unknown;
      /** See StoredResource; absent = none. */
      readonly unknownFields?: string;
      readonly facets: Facets;
      /** True when the resource goes with its mesh; counts on creation, an update keeps the owner (as in Kuma 2.5). */
      readonly ownedByMesh: boolean;
      /** RFC 3339; becomes the modification time, and on creation the creation time too. */
      readonly time: string;
      readonly expected: Expected;
    }
  | { readonly op: 'delete'; readonly key: ResourceKey; readonly expected: Expected }
  /** Deletes every resource of the mesh that was created with `ownedByMesh`. */
  | { readonly op: 'delete-owned'; readonly mesh: string };

/** A fact about other resources, checked by the writer before the first operation. */
export type Precondition =
  | { readonly check: 'exists'; readonly key: ResourceKey }
  | { readonly check: 'absent'; readonly key: ResourceKey }
  /** The resource is as it was at this revision; undefined: it does not exist. */
  | { readonly check: 'unchanged'; readonly key: ResourceKey; readonly revision: Revision | undefined }
  /** There is no resource of this type in this mesh; with `after`, none that was written after that revision. */
  | { readonly check: 'none'; readonly type: string; readonly mesh: string; readonly after?: Revision };

export interface Transaction {
  readonly preconditions: readonly Precondition[];
  readonly operations: readonly Operation[];
}

/** Why a transaction was not carried out; the store is as it was. */
export type Conflict =
  | { readonly conflict: 'precondition'; readonly precondition: Precondition }
  /** `actual` is undefined when the resource does not exist. */
  | { readonly conflict: 'expected'; readonly key: ResourceKey; readonly actual: StoredResource | undefined };

/** One row of the change log. */
export interface Change {
  readonly revision: Revision;
  readonly op: 'create' | 'update' | 'delete';
  readonly key: ResourceKey;
  /** The resource as written; undefined for deletes, and in replays of the log when a later change supersedes it. */
  readonly resource: StoredResource | undefined;
}

/** A transaction carried out and durable. `revision` is that of its last change. */
export interface Commit {
  readonly revision: Revision;
  readonly changes: readonly Change[];
}

/** How many resources there are of a type in a mesh (empty mesh: global); never 0. */
export interface Count {
  readonly type: string;
  readonly mesh: string;
  readonly total: number;
}

/** The whole store at one revision. */
export interface Contents {
  readonly revision: Revision;
  readonly resources: readonly StoredResource[];
}

/** Called with consecutive changes, in revision order, each change once. Must not throw. */
export type Watcher = (changes: readonly Change[]) => void;

/** The port every adapter implements. A rejected promise means a broken world (disk full, closed), never a refused input. */
export interface Store {
  get(key: ResourceKey): Promise<StoredResource | undefined>;
  list(query: ListQuery): Promise<Page>;
  counts(): Promise<readonly Count[]>;
  /** Everything, read in one transaction. */
  readAll(): Promise<Contents>;
  /** Resolves after the commit is durable and every watcher of this process has been given its changes. */
  transact(transaction: Transaction): Promise<Result<Commit, Conflict>>;
  /**
   * Calls the watcher with every change after `after`, first those in the log, then live ones, without gap or repetition.
   * `{ ok: false, error: 'compacted' }` when the log no longer reaches back that far: read all and start again.
   * The value stops the watch.
   */
  watch(after: Revision, watcher: Watcher): Promise<Result<() => void, 'compacted'>>;
  /** Revision of the newest durable change. */
  revision(): Promise<Revision>;
  /** Resolves when the store can read and write; rejects with the reason otherwise. */
  ping(): Promise<void>;
  /** Waits for writes under way, then releases everything. Later calls reject. */
  close(): Promise<void>;
}
