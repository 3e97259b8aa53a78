import { suggest } from '../lib/suggest.js';
import { settingKeys } from './keys.js';
import { ineffectiveKeys } from './kuma-keys.js';

/** Variables by name; other programs' are among them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says. */
export interface EnvironmentContents {
  /** Path of a setting to the text of its variable; `SKEIN_` counts more than `KUMA_`. */
  readonly values: ReadonlyMap<string, { readonly text: string; readonly variable: string }>;
  /** Variables that Kuma knows and that have no effect here. */
  readonly ineffective: readonly string[];
  /** One line for each variable that has one of the prefixes and that no program knows. */
  readonly problems: readonly string[];
}

/** Reads the variables of `SKEIN_` and `KUMA_`; an empty one counts as absent. */
export function readEnvironment(env: Environment): EnvironmentContents {
  const set = new Map(
    Object.entries(env).flatMap(([name, text]) => (text === undefined || text === '' ? [] : [[name, text] as const])),
  );
  const values = new Map(
    settingKeys.flatMap(({ path, env: variables }) => {
      const variable = variables.find((name) => set.has(name));
      return variable === undefined ? [] : [[path, { text: set.get(variable) ?? '', variable }] as const];
    }),
  );
  const others = [...set]
    .filter(([name, text]) => !settingVariables.has(name) && !isServiceLink(name, text))
    .map(([name]) => name);
  return {
    values,
    ineffective: others.filter((name) => ineffectiveVariables.has(name)).sort(),
    problems: others
      .filter((name) => /^(?:SKEIN|KUMA)_/.test(name) && !ineffectiveVariables.has(name) && !isForOthers(name))
      .sort()
      .map((name) => {
        const meant = suggestVariable(name);
        return `${name}: unknown variable${meant === undefined ? '' : `, did you mean ${meant}?`}`;
      }),
  };
}

const settingVariables: ReadonlySet<string> = new Set(settingKeys.flatMap(({ env }) => env));
const ineffectiveVariables: ReadonlySet<string> = new Set(
  ineffectiveKeys.flatMap(({ env }) => (env === undefined ? [] : [env])),
);

/** Of the same prefix, which is so no part of the likeness. */
function suggestVariable(name: string): string | undefined {
  const prefix = name.slice(0, name.indexOf('_') + 1);
  const candidates = [...settingVariables, ...ineffectiveVariables].filter((known) => known.startsWith(prefix));
  const meant = suggest(
    name.slice(prefix.length),
    candidates.map((known) => known.slice(prefix.length)),
  );
  return meant === undefined ? undefined : `${prefix}${meant}`;
}

/** True for variables of kuma-dp and of the benchmark, which may be set where a server is started. */
const isForOthers = (name: string): boolean =>
  /^KUMA_(?:CONTROL_PLANE_|DATAPLANE_|DNS_(?!SERVER_)|READINESS_PORT$|CP$)/.test(name);

/**
 * True for what Kubernetes and Docker put into the environment of every container beside a service that is called
 * `skein` or `kuma-…` (`SKEIN_SERVICE_HOST`, `SKEIN_PORT=tcp://10.0.0.1:5681`).
 */
const isServiceLink = (name: string, text: string): boolean =>
  /_SERVICE_HOST$|_SERVICE_PORT(?:_[A-Z0-9_]+)?$|_PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name) ||
  (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(text));
