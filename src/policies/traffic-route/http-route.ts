import { compareBytes } from '../../model/resource.js';
import type { HeaderChange, RouteAction, RouteMatch, TextMatch } from '../../plan/http-plan.js';
import type { TrafficRoute } from './schema.js';

type Entry = NonNullable<NonNullable<TrafficRoute['conf']>['http']>[number];
type Matcher = NonNullable<NonNullable<Entry['match']>['path']>;
type Modify = NonNullable<Entry['modify']>;

/** The requests of one entry: headers by name, the method last; without a path all paths. */
export const matchRequests = (match: Entry['match']): RouteMatch => ({
  path: match?.path === undefined ? { kind: 'prefix', value: '/' } : readMatcher(match.path),
  headers: [
    ...Object.entries(match?.headers ?? {}).sort(([a], [b]) => compareBytes(a, b)),
    ...(match?.method === undefined ? [] : [[':method', match.method] as const]),
  ].map(([name, matcher]) => ({ name, match: readMatcher(matcher), isOldForm: true })),
  queryParameters: [],
});

function readMatcher({ prefix, exact, regex }: Matcher): TextMatch {
  if (exact !== undefined) return { kind: 'exact', value: exact };
  if (regex !== undefined) return { kind: 'regex', value: regex };
  return { kind: 'prefix', value: prefix ?? '' };
}

type Rewrites = Pick<Extract<RouteAction, { kind: 'forward' }>, 'pathRewrite' | 'hostRewrite'>;

/** The path and the host with which requests go on. */
export function rewriteRequests(modify: Modify | undefined): Rewrites {
  const { path, host } = modify ?? {};
  return {
    ...(path?.rewritePrefix === undefined ? {} : { pathRewrite: { kind: 'prefix', value: path.rewritePrefix } }),
    ...(path?.regex === undefined ? {} : { pathRewrite: { kind: 'regex', ...readRewrite(path.regex) } }),
    ...(host?.value === undefined ? {} : { hostRewrite: { kind: 'literal', value: host.value } }),
    ...(host?.fromPath === undefined ? {} : { hostRewrite: { kind: 'path-regex', ...readRewrite(host.fromPath) } }),
  };
}

const readRewrite = ({ pattern = '', substitution = '' }: { pattern?: string; substitution?: string }) => ({
  regex: pattern,
  substitution,
});

/** Headers that are added, replaced and removed. */
export const changeHeaders = ({ add = [], remove = [] }: NonNullable<Modify['requestHeaders']>): HeaderChange => ({
  add: add.map(({ name = '', value = '', append = false }) => ({ name, value, append })),
  remove: remove.map(({ name = '' }) => name),
});
