import type { HeaderMatch, RouteMatch, TextMatch } from '../../plan/http-plan.js';
import type { MeshGatewayRoute } from './schema.js';

type Rule = NonNullable<NonNullable<NonNullable<MeshGatewayRoute['conf']>['http']>['rules']>[number];
export type Match = NonNullable<Rule['matches']>[number];

/** One of the requests that a match is about, as Envoy can tell them. */
export interface PlannedMatch {
  readonly match: RouteMatch;
  /** It stands for a prefix: as such, or as the path that is nothing but the prefix. */
  readonly prefix?: 'itself' | 'whole-path';
}

/** The path of a match; absent = every path. Undefined for a comparison that nobody knows. */
function pathOf({ path }: Match): TextMatch | undefined {
  if (path === undefined) return { kind: 'prefix', value: '/' };
  const { match = 'EXACT', value = '' } = path;
  switch (match) {
    case 'EXACT':
    case 0:
      return { kind: 'exact', value };
    case 'PREFIX':
    case 1:
      return { kind: 'prefix', value };
    case 'REGEX':
    case 2:
      return { kind: 'regex', value };
    default:
      return undefined;
  }
}

export const isPrefixMatch = (match: Match): boolean => pathOf(match)?.kind === 'prefix';

/** The paths that matches ask for as a whole. */
export const exactPaths = (matches: readonly Match[]): ReadonlySet<string> =>
  new Set(
    matches
      .map(pathOf)
      .filter((path) => path?.kind === 'exact')
      .map((path) => path.value),
  );

export function trimSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return path.slice(0, end);
}

/**
 * What a match is about. A prefix means whole parts of a path, so that it is two: `/a/…`, and `/a` unless there is a
 * match of its own for that.
 */
export function planMatch(match: Match, exact: ReadonlySet<string>): PlannedMatch[] {
  const path = pathOf(match);
  if (path === undefined) return [];
  const others = { headers: planHeaders(match), queryParameters: planQueryParameters(match) };
  if (path.kind !== 'prefix') return [{ match: { path, ...others } }];
  const whole = trimSlashes(path.value);
  const itself: PlannedMatch = { match: { path: { kind: 'prefix', value: `${whole}/` }, ...others }, prefix: 'itself' };
  if (whole === '' || exact.has(whole)) return [itself];
  return [itself, { match: { path: { kind: 'exact', value: whole }, ...others }, prefix: 'whole-path' }];
}

const headerOrder = ['exact', 'regex', 'present', 'absent'] as const;

/** In Kuma's order: the method, then by sort of comparison. */
function planHeaders({ method = 'NONE', headers = [] }: Match): readonly HeaderMatch[] {
  const planned = headers.flatMap(({ match = 'EXACT', name = '', value = '' }): HeaderMatch[] => {
    switch (match) {
      case 'EXACT':
      case 0:
        return [{ name, match: { kind: 'exact', value } }];
      case 'REGEX':
      case 1:
        return [{ name, match: { kind: 'regex', value } }];
      case 'ABSENT':
      case 2:
        return [{ name, match: { kind: 'absent' } }];
      case 'PRESENT':
      case 3:
        return [{ name, match: { kind: 'present' } }];
      default:
        return [];
    }
  });
  return [
    ...(hasMethod({ method }) ? [{ name: ':method', match: { kind: 'exact', value: String(method) } } as const] : []),
    ...headerOrder.flatMap((kind) => planned.filter((header) => header.match.kind === kind)),
  ];
}

const hasMethod = ({ method }: Pick<Match, 'method'>): boolean => typeof method === 'string' && method !== 'NONE';

function planQueryParameters({ queryParameters = [] }: Match): RouteMatch['queryParameters'] {
  const ofKind = (kind: 'exact' | 'regex', names: readonly unknown[]) =>
    queryParameters
      .filter(({ match = 'EXACT' }) => names.includes(match))
      .map(({ name = '', value = '' }) => ({ name, match: { kind, value } }));
  return [...ofKind('exact', ['EXACT', 0]), ...ofKind('regex', ['REGEX', 1])];
}

const pathRank = { exact: 0, prefix: 1, regex: 2 } as const;

/**
 * Negative when the first is more specific (Kuma 2.5): exact paths, then prefixes, then expressions; longer ones first;
 * then those that ask for a method, for more headers, for more parameters; then by path.
 */
export function compareMatches(a: RouteMatch, b: RouteMatch): number {
  const byPath = pathRank[a.path.kind] - pathRank[b.path.kind] || b.path.value.length - a.path.value.length;
  // between expressions of one length nothing else counts
  if (byPath !== 0 || a.path.kind === 'regex') return byPath;
  return (
    countMethods(b) - countMethods(a) ||
    b.headers.length - countMethods(b) - (a.headers.length - countMethods(a)) ||
    b.queryParameters.length - a.queryParameters.length ||
    Number(a.path.value > b.path.value) - Number(a.path.value < b.path.value)
  );
}

const countMethods = ({ headers }: RouteMatch): number => Number(headers[0]?.name === ':method');
