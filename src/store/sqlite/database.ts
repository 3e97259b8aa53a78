import Database from 'better-sqlite3';

import { StoreError, type StoreFault } from '../store-error.js';

/** An open SQLite connection. */
export type Connection = Database.Database;

/** SQLite before this could corrupt a database in WAL mode when one connection checkpoints while another writes. */
const minimumVersion = [3, 51, 3] as const;

/** Throws when this SQLite is known to corrupt databases in WAL mode. `version` is dotted, e.g. `3.53.2`. */
export function assertSqliteVersion(version: string): void {
  const parts = version.split('.').map(Number);
  for (const [index, least] of minimumVersion.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least) {
      throw new StoreError(
        'io',
        `SQLite ${version} can corrupt the store: ${minimumVersion.join('.')} or newer is needed; reinstall better-sqlite3`,
      );
    }
  }
}

/** The version of the SQLite that is linked in. */
export function readSqliteVersion(): string {
  const database = new Database(':memory:');
  try {
    return database.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
  } finally {
    database.close();
  }
}

/** Opens the one connection that writes. Every commit is synced to disk before it returns. */
export function openForWriting(path: string, busyTimeoutMs: number): Connection {
  return open(path, { fileMustExist: true, timeout: busyTimeoutMs }, (database) => {
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    // Pages that many commits change are moved out of the log once for all of them, which every writer waits for.
    database.pragma('wal_autocheckpoint = 4000');
    // A log that a long read let grow is cut again when it is next reset.
    database.pragma('journal_size_limit = 16777216');
  });
}

/** Opens a connection that cannot write; it sees what is committed. */
export function openForReading(path: string, busyTimeoutMs: number): Connection {
  return open(path, { fileMustExist: true, readonly: true, timeout: busyTimeoutMs }, () => undefined);
}

function open(path: string, options: Database.Options, prepare: (database: Connection) => void): Connection {
  let database: Connection | undefined;
  try {
    database = new Database(path, options);
    database.pragma('cell_size_check = ON');
    database.pragma('trusted_schema = OFF');
    prepare(database);
    // SQLite opens the file and its log at the first read only.
    database.pragma('user_version');
    return database;
  } catch (cause) {
    database?.close();
    throw toStoreError(cause, path);
  }
}

/** Moves the whole write-ahead log into the database file and empties it; throws (`busy`) when a reader is in the way. */
export function checkpointAll(database: Connection): void {
  if (database.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) !== 0) {
    throw new StoreError('busy', `${database.name}: another program reads the write-ahead log`);
  }
}

/** What an error of SQLite means for the store; other errors pass through as `io`. */
export function toStoreError(cause: unknown, path: string): StoreError {
  if (cause instanceof StoreError) return cause;
  const code = cause instanceof Database.SqliteError ? cause.code : '';
  const reason = cause instanceof Error ? cause.message : String(cause);
  const fault = toFault(code);
  const message = fault === 'file' ? `${path} is not a store, or it is damaged: ${reason}` : `${path}: ${reason}`;
  return new StoreError(fault, code === '' ? message : `${message} (${code})`, { cause });
}

function toFault(code: string): StoreFault {
  if (code === 'SQLITE_FULL') return 'full';
  if (code.startsWith('SQLITE_BUSY')) return 'busy';
  // SQLITE_ERROR: a table or column that every store has is missing.
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_ERROR') return 'file';
  return 'io';
}
