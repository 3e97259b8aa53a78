import Database from 'better-sqlite3';

import { StoreError } from '../store-error.js';
import { toStoreError } from './database.js';

/**
 * The right to write a store file, held by at most one store on the machine.
 * It is the exclusive lock of a tiny SQLite file beside it (`<path>.lock`): the operating system drops it with the process,
 * however that ends. The file also remembers whether the store was open, which only a store that was not closed leaves behind.
 */
export interface FileLock {
  /** The last store that held the lock did not close: the file is whole only together with its write-ahead log. */
  readonly needsLog: boolean;
  /** From now on the file is whole only together with its write-ahead log, which exists. */
  markOpen(): void;
  /** The file is whole without its log. */
  markClosed(): void;
  release(): void;
}

/** Takes the lock of the store file, or throws at once (`in-use`) when another store holds it. */
export function lockFile(path: string): FileLock {
  const lockPath = `${path}.lock`;
  let lock: Database.Database | undefined;
  try {
    lock = new Database(lockPath, { timeout: 0 });
    // In this mode the lock of the first transaction is held until the connection is closed.
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE; COMMIT');
    const held = lock;
    return {
      needsLog: held.pragma('user_version', { simple: true }) === 1,
      markOpen: () => held.pragma('user_version = 1'),
      markClosed: () => held.pragma('user_version = 0'),
      release: () => held.close(),
    };
  } catch (cause) {
    lock?.close();
    if (cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY')) {
      throw new StoreError(
        'in-use',
        `${path} is in use by another process: a store file has one writer; stop that process or name another file`,
        { cause },
      );
    }
    throw toStoreError(cause, lockPath);
  }
}
