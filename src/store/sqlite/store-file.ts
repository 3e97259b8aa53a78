import { closeSync, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { StoreError } from '../store-error.js';
import { checkpointAll, type Connection, openForReading, openForWriting, toStoreError } from './database.js';
import { type FileLock, lockFile } from './file-lock.js';
import {
  applyMigrations,
  copyDatabase,
  defaultMigrationsDir,
  readMigrations,
  readSchemaVersion,
  selectPending,
} from './migrations.js';

/** Schema of a store file, beside what this build knows. */
export interface MigrationStatus {
  readonly path: string;
  /** 0 when the file does not exist. */
  readonly current: number;
  readonly known: number;
  /** File names of the migrations to apply. */
  readonly pending: readonly string[];
}

/** What a migration did. */
export interface MigrationReport {
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** File names, in order. */
  readonly applied: readonly string[];
  /** Copy of the store as it was; undefined when it was new or nothing was applied. */
  readonly backup: string | undefined;
}

/** Where and how long to look. */
export interface StoreFileOptions {
  /** Folder of the numbered SQL files; that of this package when absent. */
  readonly migrationsDir?: string;
  readonly busyTimeoutMs: number;
}

const commandOptions: StoreFileOptions = { busyTimeoutMs: 5000 };

/** Compares the file's schema with this build's; changes nothing, works beside a running store. Throws a `StoreError`. */
export function migrationStatus(path: string, options: StoreFileOptions = commandOptions): MigrationStatus {
  const migrations = readMigrations(options.migrationsDir ?? defaultMigrationsDir);
  const file = resolveStorePath(path);
  const current = existsSync(file) ? readVersion(file, options) : 0;
  const pending = selectPending(current, migrations, file).map((migration) => migration.name);
  return { path: file, current, known: migrations.length, pending };
}

/** Brings the file to this build's schema, or makes it; the store must not be open anywhere. Throws a `StoreError`. */
export function migrateUp(path: string, options: StoreFileOptions = commandOptions): MigrationReport {
  const file = resolveStorePath(path);
  const lock = lockFile(file);
  try {
    return prepareFile(file, lock, options);
  } finally {
    lock.release();
  }
}

/** The one name of a file: absolute, symbolic links followed. Throws (`file`) when its folder does not exist. */
export function resolveStorePath(path: string): string {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  if (!existsSync(folder)) throw new StoreError('file', `${absolute}: the folder ${folder} does not exist`);
  return existsSync(absolute) ? realpathSync(absolute) : join(realpathSync(folder), basename(absolute));
}

/**
 * Makes the file, or checks it and brings its schema up; the caller holds the lock.
 * Throws (`file`) rather than taking a file for an empty store that is none, or that has lost its write-ahead log.
 */
export function prepareFile(path: string, lock: FileLock, options: StoreFileOptions): MigrationReport {
  const migrations = readMigrations(options.migrationsDir ?? defaultMigrationsDir);
  const names = migrations.map((migration) => migration.name);
  if (!existsSync(path)) {
    if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
      throw new StoreError(
        'file',
        `${path} is missing, but its write-ahead log ${path}-wal is there: put the file back or restore a backup; to start an empty store delete the log`,
      );
    }
    createFile(path, (database) => {
      applyMigrations(database, migrations);
    });
    lock.markClosed();
    return { path, from: 0, to: migrations.length, applied: names, backup: undefined };
  }
  if (statSync(path).size === 0) {
    throw new StoreError(
      'file',
      `${path} is empty (0 bytes), a store never is: restore a backup; to start an empty store delete the file`,
    );
  }
  if (lock.needsLog && !existsSync(`${path}-wal`)) {
    throw new StoreError(
      'file',
      `${path} was not closed and its write-ahead log ${path}-wal is missing, so that acknowledged writes may be lost: put the log back or restore a backup; to accept the file as it is delete ${path}.lock`,
    );
  }
  const from = readVersion(path, options);
  const pending = selectPending(from, migrations, path);
  if (pending.length === 0) return { path, from, to: from, applied: [], backup: undefined };
  const backup = `${path}.schema-${from}.bak`;
  withConnection(path, openForWriting(path, options.busyTimeoutMs), (database) => {
    copyDatabase(database, backup);
    applyMigrations(database, pending);
    // Closing removes the log: the file must be known to be whole before.
    checkpointAll(database);
    lock.markClosed();
  });
  return { path, from, to: migrations.length, applied: names.slice(from), backup };
}

function readVersion(path: string, options: StoreFileOptions): number {
  return withConnection(path, openForReading(path, options.busyTimeoutMs), (database) =>
    readSchemaVersion(database, path),
  );
}

/** Makes the file under another name first, so that it appears whole or not at all. Only its owner may read it: it holds secrets. */
function createFile(path: string, fill: (database: Connection) => void): void {
  const unfinished = `${path}.unfinished`;
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${unfinished}${suffix}`, { force: true });
  try {
    closeSync(openSync(unfinished, 'wx', 0o600));
  } catch (cause) {
    throw toStoreError(cause, path);
  }
  withConnection(unfinished, openForWriting(unfinished, 0), fill);
  renameSync(unfinished, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function withConnection<Value>(path: string, database: Connection, use: (database: Connection) => Value): Value {
  try {
    return use(database);
  } catch (cause) {
    throw toStoreError(cause, path);
  } finally {
    database.close();
  }
}
