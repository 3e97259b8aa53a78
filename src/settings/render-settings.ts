import { settingKeys } from './keys.js';
import { nestValues } from './parse-settings.js';
import { showDuration } from './parse-value.js';
import type { Settings } from './schema.js';

/**
 * The settings as they are shown (`GET /config`): Kuma's nesting, keys sorted, durations in Go's notation.
 * Secret values are shown as Kuma shows passwords; those in keys without effect are never read.
 */
export const renderSettings = (settings: Settings): object => nestValues(showValues(settings));

/** Path to shown value, sorted by path. */
export function showValues(settings: Settings): ReadonlyMap<string, unknown> {
  const paths = [...settingKeys].sort((a, b) => (a.path < b.path ? -1 : 1));
  return new Map(
    paths.map(({ path, schema }) => {
      const value = readPath(settings, path);
      if (schema.setting.secret === true) return [path, mask(value)];
      return [path, schema.setting.format === 'duration' ? showDuration(Number(value)) : value];
    }),
  );
}

const mask = (value: unknown): unknown => (Array.isArray(value) ? value.map(() => '*****') : '*****');

function readPath(settings: Settings, path: string): unknown {
  let value: unknown = settings;
  for (const name of path.split('.')) value = Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
  return value;
}
