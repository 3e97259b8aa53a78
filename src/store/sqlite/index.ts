export type { ChangeLogBounds } from './messages.js';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.js';
export {
  migrateUp,
  migrationStatus,
  type MigrationReport,
  type MigrationStatus,
  type StoreFileOptions,
} from './store-file.js';
