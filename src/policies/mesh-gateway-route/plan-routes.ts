import { canonicalHeader } from '../../lib/go-header.js';
import type { Tags } from '../../model/resource.js';
import { compareBytes } from '../../model/resource.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import type { HeaderChange, HttpRoute, RouteAction, Split } from '../../plan/http-plan.js';
import {
  compareMatches,
  exactPaths,
  isPrefixMatch,
  planMatch,
  trimSlashes,
  type Match,
  type PlannedMatch,
} from './plan-matches.js';
import type { MeshGatewayRoute } from './schema.js';

type Rule = NonNullable<NonNullable<NonNullable<MeshGatewayRoute['conf']>['http']>['rules']>[number];
type Filter = NonNullable<Rule['filters']>[number];
type Backend = NonNullable<Rule['backends']>[number];
type Rewrite = NonNullable<Filter['rewrite']>;
type PathRewrite = NonNullable<Extract<RouteAction, { kind: 'forward' }>['pathRewrite']>;

/** What routes need to know of the gateway. */
export interface Surroundings {
  /** Port on which the requests come. */
  readonly port: number;
  /** The cluster of the instances with these tags. */
  readonly clusterFor: (destination: Tags) => ClusterPlan;
}

/** How long a request may be silent. */
const idleTimeout = '5s';

/** Where a virtual host has no routes. */
const noRoutes: HttpRoute = {
  match: { path: { kind: 'prefix', value: '/' }, headers: [], queryParameters: [] },
  action: {
    kind: 'answer',
    status: 404,
    text: 'This is a Kuma MeshGateway. No routes match this MeshGateway!\n',
  },
};

/** The routes of a virtual host, the most specific first; of equally specific ones in the order of their rules. */
export function planRoutes(rules: readonly Rule[], around: Surroundings): readonly HttpRoute[] {
  const exact = exactPaths(rules.flatMap(({ matches = [] }) => matches));
  const routes = rules.flatMap((rule) => planRule(rule, exact, around));
  return routes.length === 0 ? [noRoutes] : routes.sort((a, b) => compareMatches(a.match, b.match));
}

function planRule(rule: Rule, exact: ReadonlySet<string>, around: Surroundings): HttpRoute[] {
  const { matches = [], filters = [] } = rule;
  const planAction = actionPlanner(rule, matches, around);
  const requestHeaders = changeHeaders(filters.map(({ requestHeader }) => requestHeader && withoutHost(requestHeader)));
  const responseHeaders = changeHeaders(filters.map(({ responseHeader }) => responseHeader));
  return matches
    .flatMap((match) => planMatch(match, exact))
    .flatMap((planned): HttpRoute[] => {
      const action = planAction(planned);
      return action === undefined
        ? []
        : [
            {
              match: planned.match,
              action,
              ...(requestHeaders === undefined ? {} : { requestHeaders }),
              ...(responseHeaders === undefined ? {} : { responseHeaders }),
            },
          ];
    });
}

type PlanAction = (planned: PlannedMatch) => RouteAction | undefined;

/** Of several filters of a sort the last counts. */
const lastOf = <Conf>(confs: readonly (Conf | undefined)[]): Conf | undefined =>
  confs.findLast((conf) => conf !== undefined);

function actionPlanner(
  { filters = [], backends = [] }: Rule,
  matches: readonly Match[],
  around: Surroundings,
): PlanAction {
  const redirect = lastOf(filters.map((filter) => filter.redirect));
  const hasPrefix = matches.some(isPrefixMatch);
  if (redirect !== undefined) return (planned) => planRedirect(redirect, planned, hasPrefix, around);
  const splits = planSplits(backends, around);
  const mirrors = planMirrors(lastOf(filters.map(({ mirror }) => mirror)), around);
  const host = hostOf(filters);
  const rewrite = lastOf(filters.map((filter) => filter.rewrite));
  return (planned) => ({
    kind: 'forward',
    splits,
    idleTimeout,
    ...mirrors,
    ...planRewrite(rewrite, planned, hasPrefix),
    ...host,
  });
}

/** By name of the cluster; of several with one name the last counts (Kuma 2.5). */
function planSplits(backends: readonly Backend[], { clusterFor }: Surroundings): readonly Split[] {
  const weights = new Map(
    backends.map(({ destination = {}, weight = 0 }) => [clusterFor(destination).name, weight] as const),
  );
  const splits = [...weights].map(([cluster, weight]) => ({ cluster, weight }));
  const [only] = splits;
  if (backends.length === 1 && only?.weight === 0) return [{ ...only, weight: 1 }];
  return splits.sort((a, b) => compareBytes(a.cluster, b.cluster));
}

/** The cluster is made even if no request is mirrored. */
function planMirrors(mirror: Filter['mirror'], { clusterFor }: Surroundings) {
  if (mirror === undefined) return {};
  const { name } = clusterFor(mirror.backend?.destination ?? {});
  const percentage = Number(mirror.percentage ?? 0);
  return percentage > 0 ? { mirrors: [{ cluster: name, percentage }] } : {};
}

function planRewrite(rewrite: Rewrite | undefined, planned: PlannedMatch, hasPrefix: boolean) {
  const pathRewrite = rewritePath(rewrite, planned, hasPrefix);
  // a path that is nothing but the prefix keeps its host (Kuma 2.5)
  const isAuto = rewrite?.hostToBackendHostname === true && !replacesWhole(rewrite, planned);
  return {
    ...(pathRewrite === undefined ? {} : { pathRewrite }),
    ...(isAuto ? { hostRewrite: { kind: 'auto' } as const } : {}),
  };
}

const replacesWhole = ({ replacePrefixMatch }: Rewrite, { prefix }: PlannedMatch): boolean =>
  replacePrefixMatch !== undefined && prefix === 'whole-path';

/** The new prefix ends as the one that was matched: with a slash, unless it is the whole path. */
function rewritePath(
  rewrite: Rewrite | undefined,
  { prefix }: PlannedMatch,
  hasPrefix: boolean,
): PathRewrite | undefined {
  const { replaceFull, replacePrefixMatch } = rewrite ?? {};
  if (replaceFull !== undefined) return replaceAll(replaceFull);
  if (replacePrefixMatch === undefined) return undefined;
  const trimmed = trimSlashes(replacePrefixMatch);
  if (prefix === 'whole-path') return replaceAll(trimmed === '' ? '/' : trimmed);
  return { kind: 'prefix', value: hasPrefix ? `${trimmed}/` : replacePrefixMatch };
}

const replaceAll = (substitution: string): PathRewrite => ({ kind: 'regex', regex: '.*', substitution });

/** Statuses of redirects that Envoy can answer with. */
const redirectStatuses = [301, 302, 303, 307, 308];

/** None for a status that Envoy cannot answer with. */
function planRedirect(
  redirect: NonNullable<Filter['redirect']>,
  planned: PlannedMatch,
  hasPrefix: boolean,
  around: Surroundings,
): RouteAction | undefined {
  const { scheme = '', hostname = '', port = 0, statusCode = 0, path } = redirect;
  if (!redirectStatuses.includes(statusCode)) return undefined;
  const pathRewrite = rewritePath(path, planned, hasPrefix);
  return {
    kind: 'redirect',
    ...(scheme === '' ? {} : { scheme }),
    ...(hostname === '' ? {} : { host: hostname }),
    port: port === 0 ? around.port : port,
    status: statusCode,
    ...(pathRewrite === undefined ? {} : { pathRewrite }),
  };
}

const hostHeaders = [':authority', 'Host', 'host'];

/** A header that is set to be the host. */
function hostOf(filters: readonly Filter[]) {
  const host = filters
    .flatMap(({ requestHeader }) => requestHeader?.set ?? [])
    .findLast(({ name = '', value = '' }) => hostHeaders.includes(name) && value !== '');
  return host === undefined ? {} : { hostRewrite: { kind: 'literal', value: host.value ?? '' } as const };
}

type HeaderFilter = NonNullable<Filter['requestHeader']>;

const withoutHost = (filter: HeaderFilter): HeaderFilter =>
  filter.set === undefined
    ? filter
    : { ...filter, set: filter.set.filter(({ name = '' }) => !hostHeaders.includes(name)) };

/** First those that replace, then those that are added, of all filters. */
function changeHeaders(filters: readonly (HeaderFilter | undefined)[]): HeaderChange | undefined {
  const all = filters.filter((filter) => filter !== undefined);
  if (all.length === 0) return undefined;
  const headers = (list: HeaderFilter['set'], append: boolean) =>
    (list ?? []).map(({ name = '', value = '' }) => ({ name: canonicalHeader(name), value, append }));
  return {
    add: [...all.flatMap(({ set }) => headers(set, false)), ...all.flatMap(({ add }) => headers(add, true))],
    remove: all.flatMap(({ remove = [] }) => remove).filter((name) => name !== ''),
  };
}
