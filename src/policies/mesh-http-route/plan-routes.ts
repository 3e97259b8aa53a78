import { serviceTag } from '../../model/dataplane.js';
import { isHttp } from '../../model/protocol.js';
import type { Tags } from '../../model/resource.js';
import type { ClusterPlan } from '../../plan/cluster-plan.js';
import type { HttpRoute, RouteAction, Split } from '../../plan/http-plan.js';
import { nameMatches } from '../../rules/route-items.js';
import { changeHeaders } from './headers.js';
import { planMatches, type PlannedMatch } from './matches.js';
import type { HTTPFilter, HTTPMatch, HTTPRule, PathRewrite } from './schema.js';

/** What rules need to know of the mesh. */
export interface Destinations {
  /** The cluster of the instances with these tags. */
  clusterFor(tags: Tags): ClusterPlan;
}

/** The path that every request has. */
const anyPath = { value: '/', type: 'PathPrefix' } as const;
const catchAll: readonly HTTPMatch[] = [{ path: anyPath }];

/** Where requests go for which no rule says anything: to the service itself. */
const isCatchAll = ({ matches }: HTTPRule): boolean => JSON.stringify(matches) === JSON.stringify(catchAll);

/** The rules of a service, and one for all other requests. */
export const completeRules = (rules: readonly HTTPRule[]): readonly HTTPRule[] =>
  rules.some(isCatchAll) ? rules : [...rules, { matches: [{ path: anyPath }], default: {} }];

/** Routes and the clusters they lead to. */
export interface PlannedRoutes {
  readonly routes: readonly HttpRoute[];
  readonly clusters: readonly ClusterPlan[];
}

/** The routes of all rules, in order. A rule that leads to a service that does not speak HTTP is left out. */
export function planRoutes(service: string, rules: readonly HTTPRule[], destinations: Destinations): PlannedRoutes {
  const clusters: ClusterPlan[] = [];
  const clusterOf = (tags: Tags): ClusterPlan => {
    const cluster = destinations.clusterFor(tags);
    if (isHttp(cluster.protocol)) clusters.push(cluster);
    return cluster;
  };
  const routes = rules.flatMap((rule) => planRule(service, rule, clusterOf));
  return { routes, clusters };
}

type ClusterOf = (tags: Tags) => ClusterPlan;

function planRule(service: string, rule: HTTPRule, clusterOf: ClusterOf): HttpRoute[] {
  const { backendRefs = [{ kind: 'MeshService', name: service, weight: 100 }], filters = [] } = rule.default;
  const splits: Split[] = [];
  let leadsOutside = false;
  for (const ref of backendRefs) {
    const weight = ref.weight ?? 1;
    // Envoy refuses a weighted cluster of weight 0
    if (weight === 0) continue;
    const cluster = clusterOf({ ...ref.tags, [serviceTag]: ref.name ?? '' });
    if (!isHttp(cluster.protocol)) return [];
    splits.push({ cluster: cluster.name, weight });
    leadsOutside ||= cluster.isExternal === true;
  }
  if (splits.length === 0) return [];
  const matches = rule.matches.map((match) => (match.path === undefined ? { path: anyPath, ...match } : match));
  const name = nameMatches(matches);
  return matches.flatMap(planMatches).map((planned) =>
    filters.reduce<HttpRoute>((route, filter) => applyFilter(route, filter, planned, clusterOf), {
      name,
      match: planned.match,
      action: { kind: 'forward', splits, timeout: '0s', ...(leadsOutside ? { hostRewrite: { kind: 'auto' } } : {}) },
    }),
  );
}

function applyFilter(route: HttpRoute, filter: HTTPFilter, planned: PlannedMatch, clusterOf: ClusterOf): HttpRoute {
  switch (filter.type) {
    case 'RequestHeaderModifier':
      return { ...route, requestHeaders: changeHeaders(route.requestHeaders, filter.requestHeaderModifier) };
    case 'ResponseHeaderModifier':
      return { ...route, responseHeaders: changeHeaders(route.responseHeaders, filter.responseHeaderModifier) };
    case 'RequestRedirect':
      return { ...route, action: planRedirect(filter.requestRedirect, planned) };
    case 'URLRewrite':
      return { ...route, action: rewriteUrl(route.action, filter.urlRewrite, planned) };
    case 'RequestMirror':
      return { ...route, action: mirrorRequests(route.action, filter.requestMirror, clusterOf) };
  }
}

function planRedirect(redirect: HTTPFilter['requestRedirect'], planned: PlannedMatch): RouteAction {
  const { scheme, hostname, port, statusCode, path } = redirect ?? {};
  const pathRewrite = rewritePath(path, planned);
  return {
    kind: 'redirect',
    ...(scheme === undefined ? {} : { scheme }),
    ...(hostname === undefined ? {} : { host: hostname }),
    ...(port === undefined ? {} : { port }),
    ...(statusCode === undefined ? {} : { status: statusCode }),
    ...(pathRewrite === undefined ? {} : { pathRewrite }),
  };
}

function rewriteUrl(action: RouteAction, rewrite: HTTPFilter['urlRewrite'], planned: PlannedMatch): RouteAction {
  if (action.kind !== 'forward') return action;
  const pathRewrite = rewritePath(rewrite?.path, planned);
  return {
    ...action,
    ...(rewrite?.hostname === undefined ? {} : { hostRewrite: { kind: 'literal', value: rewrite.hostname } }),
    ...(pathRewrite === undefined ? {} : { pathRewrite }),
  };
}

type Rewrite = NonNullable<Extract<RouteAction, { kind: 'forward' }>['pathRewrite']>;

/** The whole path, or the prefix that was matched: where the path is nothing but the prefix, that is the whole path. */
function rewritePath(path: PathRewrite | undefined, { match, isPrefix }: PlannedMatch): Rewrite | undefined {
  if (path === undefined) return undefined;
  if (path.type === 'ReplaceFullPath') return replaceAll(path.replaceFullPath);
  if (!isPrefix) return undefined;
  return match.path.kind === 'prefix'
    ? { kind: 'prefix', value: path.replacePrefixMatch ?? '' }
    : replaceAll(path.replacePrefixMatch);
}

const replaceAll = (substitution = ''): Rewrite => ({ kind: 'regex', regex: '.*', substitution });

/** Requests are mirrored only to services that speak HTTP: Envoy has no other mirrors. */
function mirrorRequests(action: RouteAction, mirror: HTTPFilter['requestMirror'], clusterOf: ClusterOf): RouteAction {
  if (action.kind !== 'forward' || mirror === undefined) return action;
  const { backendRef, percentage } = mirror;
  const cluster = clusterOf({ ...backendRef.tags, [serviceTag]: backendRef.name ?? '' });
  if (!isHttp(cluster.protocol)) return action;
  const share = percentage === undefined ? {} : { percentage: Number(percentage) };
  return { ...action, mirrors: [...(action.mirrors ?? []), { cluster: cluster.name, ...share }] };
}
