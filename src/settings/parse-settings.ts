import { isAbsolute, join } from 'node:path';
import { Check } from 'typebox/value';

import { err, ok, type Result } from '../lib/result.js';
import { settingKeys, type SettingKey } from './keys.js';
import { parseFileValue, parseVariable } from './parse-value.js';
import { readEnvironment, type Environment, type EnvironmentContents } from './read-env.js';
import { readFile, type FileContents } from './read-file.js';
import { checkTogether } from './check-together.js';
import { settingsSchema, type Settings } from './schema.js';

/** Where settings come from. */
export interface SettingsSources {
  readonly env: Environment;
  /** YAML; undefined when there is no file. */
  readonly fileText?: string | undefined;
  /** Stands in the messages about the file. */
  readonly fileName?: string | undefined;
  /** Home folder of the user, for paths that start with `~`; `HOME` of the environment when absent. */
  readonly home?: string | undefined;
}

/** Where the value of a setting comes from: `default`, the name of a variable, or a file's name and line. */
export type Origin = string;

/** The settings, and what is to be said of them. */
export interface ParsedSettings {
  readonly settings: Settings;
  /** Lines about what is given and has no effect. */
  readonly warnings: readonly string[];
  /** Path of each setting to where its value comes from. */
  readonly origins: ReadonlyMap<string, Origin>;
}

type Values = Map<string, unknown>;

/** Environment over file over default. The error has one line for each thing that is wrong, all at once. */
export function parseSettings(sources: SettingsSources): Result<ParsedSettings, readonly string[]> {
  const file: FileContents =
    sources.fileText === undefined
      ? { values: new Map(), ineffective: [], problems: [] }
      : readFile(sources.fileText, sources.fileName ?? 'configuration file');
  const environment = readEnvironment(sources.env);
  const problems = [...file.problems, ...environment.problems];
  const values: Values = new Map();
  const origins = new Map<string, Origin>();
  for (const key of settingKeys) {
    const { path, schema } = key;
    const variable = environment.values.get(path);
    const entry = file.values.get(path);
    // a bad value in the file is told although a variable hides it
    const fromFile = entry && parseFileValue(schema, entry.value);
    if (fromFile?.ok === false) problems.push(`${entry?.where}: ${path}: ${fromFile.error}`);
    const fromVariable = variable && parseVariable(schema, variable.text);
    if (fromVariable?.ok === false) problems.push(`${variable?.variable}: ${path}: ${fromVariable.error}`);
    const chosen = fromVariable ?? fromFile ?? ok(defaultOf(key));
    if (chosen.ok) values.set(path, chosen.value);
    origins.set(path, variable?.variable ?? entry?.where ?? 'default');
  }
  problems.push(...completePaths(values, sources.home ?? sources.env['HOME']));
  if (problems.length === 0) problems.push(...checkTogether(values));
  if (problems.length > 0) return err(problems);
  return ok({ settings: toSettings(values), warnings: describeIneffective(file, environment), origins });
}

const defaultOf = ({ schema }: SettingKey): unknown => ('default' in schema ? schema.default : undefined);

/** Makes the paths of the store those that are opened; the lines say what is missing for that. */
function completePaths(values: Values, home: string | undefined): readonly string[] {
  const problems: string[] = [];
  const expandHome = (path: string): string => {
    const given = String(values.get(path));
    if (given !== '~' && !given.startsWith('~/')) return given;
    if (home === undefined || home === '') {
      problems.push(
        `${path}: is ${JSON.stringify(given)}, but the home folder is not known (HOME is not set); give the whole path`,
      );
      return given;
    }
    return join(home, given.slice(1));
  };
  const folder = expandHome('general.workDir');
  values.set('general.workDir', folder);
  for (const path of ['store.sqlite.path', 'store.secrets.keyFile']) {
    const file = expandHome(path);
    values.set(path, isAbsolute(file) ? file : join(folder, file));
  }
  for (const path of givenPaths) values.set(path, expandHome(path));
  return problems;
}

/** Files and folders of the user, who says where they are. */
const givenPaths = [
  'general.tlsCertFile',
  'general.tlsKeyFile',
  'dpServer.tlsCertFile',
  'dpServer.tlsKeyFile',
  'monitoringAssignmentServer.tlsCertFile',
  'monitoringAssignmentServer.tlsKeyFile',
  'apiServer.https.tlsCertFile',
  'apiServer.https.tlsKeyFile',
  'apiServer.https.tlsCaFile',
  'apiServer.auth.clientCertsDir',
  'apiServer.gui.path',
];

function describeIneffective(file: FileContents, environment: EnvironmentContents): readonly string[] {
  const ineffective = [...file.ineffective, ...environment.ineffective];
  return ineffective.length === 0 ? [] : [`known to Kuma, but without effect here: ${ineffective.join(', ')}`];
}

function toSettings(values: ReadonlyMap<string, unknown>): Settings {
  const settings = nestValues(values);
  if (!Check(settingsSchema, settings)) throw new Error('settings that were read one by one do not fit the schema');
  return freezeDeeply(settings);
}

/** Paths to an object of objects. */
export function nestValues(values: ReadonlyMap<string, unknown>): object {
  const root: Record<string, unknown> = {};
  for (const [path, value] of values) {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let section = root;
    for (const name of names) {
      const known = section[name];
      const next = isSection(known) ? known : {};
      section[name] = next;
      section = next;
    }
    section[last] = value;
  }
  return root;
}

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function freezeDeeply<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freezeDeeply);
  return Object.freeze(value);
}
