import { migrateUp, migrationStatus } from '../store/sqlite/index.js';
import { describeError } from './describe-error.js';
import { loadSettings } from './load-settings.js';
import { makeWorkDir } from './run.js';
import type { Terminal } from './terminal.js';

/** `skein migrate up|status`: the schema of the store's file. Returns the exit code. */
export function migrate(
  action: 'up' | 'status',
  { configFile }: { readonly configFile?: string },
  terminal: Terminal,
): number {
  const loaded = loadSettings(configFile, terminal);
  if (!loaded.ok) {
    terminal.complain(loaded.error.join('\n'));
    return 1;
  }
  const { settings } = loaded.value;
  if (settings.store.type !== 'sqlite') {
    terminal.print(`store.type is ${settings.store.type}: there is no schema to migrate`);
    return 0;
  }
  try {
    if (action === 'up') makeWorkDir(settings);
    const lines = action === 'up' ? moveUp(settings.store.sqlite.path) : showStatus(settings.store.sqlite.path);
    terminal.print(lines.join('\n'));
    return 0;
  } catch (error) {
    terminal.complain(describeError(error));
    return 1;
  }
}

function moveUp(file: string): readonly string[] {
  const { path, from, to, applied, backup } = migrateUp(file);
  if (applied.length === 0) return [`${path}: schema version ${to}, nothing to do`];
  return [
    `${path}: schema version ${from} to ${to}`,
    ...applied.map((name) => `  applied ${name}`),
    ...(backup === undefined ? [] : [`  the store as it was: ${backup}`]),
  ];
}

function showStatus(file: string): readonly string[] {
  const { path, current, known, pending } = migrationStatus(file);
  const state = current === 0 ? 'does not exist' : `schema version ${current}`;
  return [`${path}: ${state}, this build has ${known}`, ...pending.map((name) => `  pending ${name}`)];
}
