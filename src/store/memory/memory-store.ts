import { err, ok, type Result } from '../../lib/result.js';
import type { ResourceKey, Revision } from '../../model/resource.js';
import { carryOut } from '../carry-out.js';
import { makeClosedError } from '../store-error.js';
import type {
  Change,
  Commit,
  Conflict,
  Contents,
  Count,
  ListQuery,
  Page,
  Store,
  StoredResource,
  Transaction,
  Watcher,
} from '../store.js';
import { callWatcher, Watchers } from '../watchers.js';
import { matchesQuery } from './matches-query.js';
import { Table } from './table.js';

/** How the in-memory adapter is set up. */
export interface MemoryStoreOptions {
  readonly changeLog: {
    readonly maxRows: number;
    readonly maxAgeMs: number;
  };
  /** Milliseconds since 1970, for the age of log rows; `Date.now` when absent. */
  readonly now?: () => number;
}

interface Pending {
  readonly transaction: Transaction;
  readonly resolve: (result: Result<Commit, Conflict>) => void;
}

interface LogRow {
  readonly change: Change;
  readonly at: number;
}

/** Opens a store that keeps everything in this process and loses it at the end; otherwise it means the same as the others. */
export function openMemoryStore(options: MemoryStoreOptions): Store {
  return new MemoryStore(options);
}

class MemoryStore implements Store {
  readonly #table = new Table();
  readonly #watchers = new Watchers();
  readonly #options: MemoryStoreOptions;
  readonly #log: LogRow[] = [];
  #logFloor: Revision = 0;
  #revision: Revision = 0;
  #pending: Pending[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
  }

  async get(key: ResourceKey): Promise<StoredResource | undefined> {
    this.#assertOpen();
    return this.#table.find(key);
  }

  async list(query: ListQuery): Promise<Page> {
    this.#assertOpen();
    const matching = this.#table
      .entriesOf(query.type)
      .filter((entry) => matchesQuery(entry.resource, entry.facets, query))
      .map((entry) => entry.resource);
    if (query.order === 'creation') matching.sort((a, b) => a.creationRevision - b.creationRevision);
    const end = query.limit === undefined ? undefined : query.offset + query.limit;
    return { items: matching.slice(query.offset, end), total: matching.length };
  }

  async counts(): Promise<readonly Count[]> {
    this.#assertOpen();
    return this.#table.types().flatMap((type) => {
      const totals = new Map<string, number>();
      for (const { resource } of this.#table.entriesOf(type))
        totals.set(resource.mesh, (totals.get(resource.mesh) ?? 0) + 1);
      return [...totals].map(([mesh, total]) => ({ type, mesh, total }));
    });
  }

  async readAll(): Promise<Contents> {
    this.#assertOpen();
    const resources = this.#table.types().flatMap((type) => this.#table.entriesOf(type).map((entry) => entry.resource));
    resources.sort((a, b) => a.creationRevision - b.creationRevision);
    return { revision: this.#revision, resources };
  }

  async transact(transaction: Transaction): Promise<Result<Commit, Conflict>> {
    this.#assertOpen();
    return new Promise((resolve) => {
      this.#pending.push({ transaction, resolve });
      // Not at once: a watcher that writes must not come between a commit and the watchers after it.
      this.#flushing ??= Promise.resolve().then(() => {
        this.#flush();
      });
    });
  }

  async watch(after: Revision, watcher: Watcher): Promise<Result<() => void, 'compacted'>> {
    this.#assertOpen();
    if (after < this.#logFloor || after > this.#revision) return err('compacted');
    const missed = this.#log.slice(after - this.#logFloor).map(({ change }) => this.#recall(change));
    const stop = this.#watchers.add(this.#revision, watcher);
    if (missed.length > 0) callWatcher(watcher, missed);
    return ok(stop);
  }

  async revision(): Promise<Revision> {
    this.#assertOpen();
    return this.#revision;
  }

  async ping(): Promise<void> {
    this.#assertOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    this.#watchers.clear();
  }

  #assertOpen(): void {
    if (this.#closed) throw makeClosedError();
  }

  #flush(): void {
    for (let batch = this.#takePending(); batch.length > 0; batch = this.#takePending()) {
      const results = batch.map(({ transaction }) => this.#apply(transaction));
      const changes = results.flatMap((result) => (result.ok ? result.value.changes : []));
      this.#append(changes);
      this.#watchers.deliver(changes);
      for (const [index, { resolve }] of batch.entries()) {
        const result = results[index];
        if (result !== undefined) resolve(result);
      }
    }
    this.#flushing = undefined;
  }

  #takePending(): readonly Pending[] {
    const batch = this.#pending;
    this.#pending = [];
    return batch;
  }

  #apply(transaction: Transaction): Result<Commit, Conflict> {
    const result = carryOut(transaction, this.#revision, this.#table);
    if (result.ok) {
      this.#revision = result.value.revision;
      this.#table.keep();
    } else {
      this.#table.takeBack();
    }
    return result;
  }

  #append(changes: readonly Change[]): void {
    const { changeLog, now = Date.now } = this.#options;
    const at = now();
    for (const change of changes) this.#log.push({ change, at });
    const tooMany = this.#log.length - changeLog.maxRows;
    const firstYoung = this.#log.findIndex((row) => at - row.at <= changeLog.maxAgeMs);
    const forgotten = Math.max(0, tooMany, firstYoung === -1 ? this.#log.length : firstYoung);
    this.#log.splice(0, forgotten);
    this.#logFloor += forgotten;
  }

  /** The change as a replay tells it. */
  #recall(change: Change): Change {
    const resource = this.#table.find(change.key);
    return { ...change, resource: resource?.revision === change.revision ? resource : undefined };
  }
}
