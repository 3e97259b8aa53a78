import { IsObject, type TObject } from 'typebox';

import { toEnvName } from './env-name.js';
import { ineffectiveKeys } from './kuma-keys.js';
import { settingsSchema } from './schema.js';
import { isSettingSchema, type SettingSchema } from './setting.js';

/** One setting, found by its path. */
export interface SettingKey {
  /** Names from the outermost section on, joined by dots. */
  readonly path: string;
  readonly schema: SettingSchema;
  /** Its variables, the one that counts more first. */
  readonly env: readonly string[];
}

/** What a path in a file leads to. */
export type FileKey =
  | { readonly kind: 'setting'; readonly key: SettingKey }
  | { readonly kind: 'ineffective'; readonly path: string }
  | { readonly kind: 'section'; readonly path: string };

/** All settings with an effect, in the order of the schema. */
export const settingKeys: readonly SettingKey[] = collectKeys(settingsSchema, []);

function collectKeys(section: TObject, above: readonly string[]): readonly SettingKey[] {
  return Object.entries(section.properties).flatMap(([name, schema]) => {
    const names = [...above, name];
    if (isSettingSchema(schema)) return [makeKey(names.join('.'), schema)];
    return IsObject(schema) ? collectKeys(schema, names) : [];
  });
}

function makeKey(path: string, schema: SettingSchema): SettingKey {
  const { inKuma, kumaVariable = toEnvName('KUMA', path) } = schema.setting;
  return { path, schema, env: [toEnvName('SKEIN', path), ...(inKuma ? [kumaVariable] : [])] };
}

/** Path in lower case to what it is: Kuma reads the names in a file without regard to case. */
export const fileKeys: ReadonlyMap<string, FileKey> = new Map(
  [
    ...settingKeys.map((key): FileKey => ({ kind: 'setting', key })),
    ...ineffectiveKeys.map(({ path }): FileKey => ({ kind: 'ineffective', path })),
  ].flatMap((fileKey): (readonly [string, FileKey])[] => {
    const path = fileKey.kind === 'setting' ? fileKey.key.path : fileKey.path;
    return [...sectionsOf(path), [path.toLowerCase(), fileKey]];
  }),
);

function sectionsOf(path: string): (readonly [string, FileKey])[] {
  const names = path.split('.').slice(0, -1);
  return names.map((_, index) => {
    const section = names.slice(0, index + 1).join('.');
    return [section.toLowerCase(), { kind: 'section', path: section }];
  });
}
