import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { StoreError } from '../store-error.js';
import type { Connection } from './database.js';

/** One step of the schema, from `<version>_<name>.sql`. */
export interface Migration {
  /** The schema's version after it; the first is 1. */
  readonly version: number;
  /** File name. */
  readonly name: string;
  readonly sql: string;
}

/** `migrations/` of this package; as far from the sources as from the build. */
export const defaultMigrationsDir = fileURLToPath(new URL('../../../migrations/', import.meta.url));

/** Marks an SQLite file as a store of skein; the bytes spell `skei`. */
const applicationId = 0x73_6b_65_69;

/** Reads the migrations in order; throws (`schema`) when one is missing or misnamed. */
export function readMigrations(directory: string): readonly Migration[] {
  const names = existsSync(directory)
    ? readdirSync(directory)
        .filter((name) => name.endsWith('.sql'))
        .sort()
    : [];
  if (names.length === 0) throw new StoreError('schema', `no migrations in ${directory}`);
  return names.map((name, index) => {
    const version = index + 1;
    if (!name.startsWith(`${String(version).padStart(4, '0')}_`)) {
      throw new StoreError(
        'schema',
        `${join(directory, name)}: expected the migration of version ${version}, files are named 0001_<name>.sql and leave no number out`,
      );
    }
    return { version, name, sql: readFileSync(join(directory, name), 'utf8') };
  });
}

/** The schema version of a store; throws (`file`) for an SQLite database of another program. */
export function readSchemaVersion(database: Connection, path: string): number {
  if (readNumber(database, 'application_id') !== applicationId) {
    throw new StoreError('file', `${path} is an SQLite database of another program, not a store; name another file`);
  }
  return readNumber(database, 'user_version');
}

/** The migrations the schema still needs; throws (`schema`) when it is newer than all of them. */
export function selectPending(current: number, migrations: readonly Migration[], path: string): readonly Migration[] {
  if (current > migrations.length) {
    throw new StoreError(
      'schema',
      `${path} has schema version ${current}, this build knows up to ${migrations.length}: run a newer build, or restore a backup made before the upgrade`,
    );
  }
  return migrations.slice(current);
}

/** Applies the migrations in order, each in a transaction of its own that also moves the schema version; after an error, close the connection. */
export function applyMigrations(database: Connection, migrations: readonly Migration[]): void {
  for (const { version, name, sql } of migrations) {
    try {
      database.exec(
        `BEGIN IMMEDIATE;\n${sql}\n;PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}; COMMIT`,
      );
    } catch (cause) {
      throw new StoreError(
        'schema',
        `migration ${name} failed, the schema is as it was: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    }
  }
}

/** Writes a copy of the database to `target`, whole or not at all; replaces an older copy. */
export function copyDatabase(database: Connection, target: string): void {
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { force: true });
  database.prepare('VACUUM INTO ?').run(unfinished);
  renameSync(unfinished, target);
}

function readNumber(database: Connection, pragma: 'application_id' | 'user_version'): number {
  const value = database.pragma(pragma, { simple: true });
  return typeof value === 'number' ? value : 0;
}
