import { setImmediate } from 'node:timers/promises';

import { err, ok, type Result } from '../../lib/result.js';
import type { ResourceKey, Revision } from '../../model/resource.js';
import type {
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
import { makeClosedError } from '../store-error.js';
import { callWatcher, Watchers } from '../watchers.js';
import { assertSqliteVersion, readSqliteVersion, toStoreError } from './database.js';
import { type FileLock, lockFile } from './file-lock.js';
import type { ChangeLogBounds } from './messages.js';
import { type LogBite, Reader } from './reader.js';
import { prepareFile, resolveStorePath } from './store-file.js';
import { WriterClient } from './writer-client.js';

/** Changes that a replay reads before it lets the event loop go on. */
const replayBite = 500;

/** How the SQLite adapter is set up. */
export interface SqliteStoreOptions {
  /** The database file; made when it does not exist. `<path>-wal`, `<path>-shm` and `<path>.lock` belong to it. */
  readonly path: string;
  readonly changeLog: ChangeLogBounds;
  /** Folder of the numbered SQL files; `migrations/` of this package when absent. */
  readonly migrationsDir?: string;
  /** How long a write waits for another program that has locked the file, e.g. to copy it; 5000 when absent. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens the store of a file, after bringing its schema up to date.
 * Rejects with a `StoreError`: `in-use` for a second opener, `schema` for a newer schema, `file` for what is no whole store.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  assertSqliteVersion(readSqliteVersion());
  const path = resolveStorePath(options.path);
  const lock = lockFile(path);
  try {
    return await SqliteStore.open(path, lock, options);
  } catch (cause) {
    lock.release();
    throw toStoreError(cause, path);
  }
}

interface Parts {
  readonly path: string;
  readonly lock: FileLock;
  readonly reader: Reader;
  readonly writer: WriterClient;
  readonly watchers: Watchers;
}

class SqliteStore implements Store {
  readonly #path: string;
  readonly #lock: FileLock;
  readonly #reader: Reader;
  readonly #writer: WriterClient;
  readonly #watchers: Watchers;
  #closing: Promise<void> | undefined;

  private constructor({ path, lock, reader, writer, watchers }: Parts) {
    this.#path = path;
    this.#lock = lock;
    this.#reader = reader;
    this.#writer = writer;
    this.#watchers = watchers;
  }

  static async open(path: string, lock: FileLock, options: SqliteStoreOptions): Promise<SqliteStore> {
    const { changeLog, busyTimeoutMs = 5000, migrationsDir } = options;
    prepareFile(path, lock, migrationsDir === undefined ? { busyTimeoutMs } : { busyTimeoutMs, migrationsDir });
    const watchers = new Watchers();
    // nobody can write before this is returned, so that the reader misses no commit
    let reader: Reader | undefined;
    const writer = await WriterClient.open({ path, busyTimeoutMs, changeLog }, (changes) => {
      reader?.follow(changes);
      watchers.deliver(changes);
    });
    try {
      reader = new Reader(path, busyTimeoutMs);
      lock.markOpen();
      return new SqliteStore({ path, lock, reader, writer, watchers });
    } catch (cause) {
      await writer.close(() => undefined);
      throw cause;
    }
  }

  async get(key: ResourceKey): Promise<StoredResource | undefined> {
    return this.#read((reader) => reader.get(key));
  }

  async list(query: ListQuery): Promise<Page> {
    return this.#read((reader) => reader.list(query));
  }

  async counts(): Promise<readonly Count[]> {
    return this.#read((reader) => reader.counts());
  }

  async readAll(): Promise<Contents> {
    return this.#read((reader) => reader.readAll());
  }

  async transact(transaction: Transaction): Promise<Result<Commit, Conflict>> {
    this.#assertOpen();
    return this.#writer.transact(transaction);
  }

  async watch(after: Revision, watcher: Watcher): Promise<Result<() => void, 'compacted'>> {
    let position = after;
    for (;;) {
      const bite: LogBite | 'compacted' = this.#read((reader) => reader.readLog(position, replayBite));
      if (bite === 'compacted') return err('compacted');
      position = bite.changes.at(-1)?.revision ?? position;
      if (bite.changes.length > 0) callWatcher(watcher, bite.changes);
      // No commit can be delivered between the read and this: deliveries come from the event loop.
      if (position === bite.revision) return ok(this.#watchers.add(position, watcher));
      await setImmediate();
    }
  }

  async revision(): Promise<Revision> {
    return this.#read((reader) => reader.revision());
  }

  async ping(): Promise<void> {
    this.#read((reader) => reader.revision());
    await this.#writer.probe();
  }

  async close(): Promise<void> {
    this.#closing ??= this.#release();
    await this.#closing;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw makeClosedError();
  }

  #read<Value>(read: (reader: Reader) => Value): Value {
    this.#assertOpen();
    try {
      return read(this.#reader);
    } catch (cause) {
      throw toStoreError(cause, this.#path);
    }
  }

  async #release(): Promise<void> {
    this.#reader.close();
    try {
      await this.#writer.close(() => {
        this.#lock.markClosed();
      });
    } finally {
      this.#watchers.clear();
      this.#lock.release();
    }
  }
}
