import { namedConfig, type Filter, type HttpFilter, type Message } from '../envoy/resources.js';
import { callerTagsHeader } from '../plan/caller-match.js';
import type { HttpFilter as FilterPlan, HttpPlan, HttpRoute, RouteAction } from '../plan/http-plan.js';
import type { AccessLog, Tracing } from '../plan/listener-plan.js';
import { translateAccessLog } from './access-log.js';
import { faultFilter } from './fault.js';
import { changeRequestHeaders, changeResponseHeaders } from './headers.js';
import { translateRegex, translateRewrite, translateRouteMatch, type RegexForm } from './match.js';
import { httpRateLimitName, rateLimitFilter, translateHttpRateLimit } from './rate-limit.js';
import { translateRetry } from './retry.js';
import { translateSplits } from './splits.js';
import { translateTracing } from './tracing.js';
import { translateHashPolicy } from './hash-policy.js';
import { translatePercentage } from './percentage.js';

type ConnectionManager = Message<'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'>;
type Route = Message<'envoy.config.route.v3.Route'>;
type RouteConfiguration = Message<'envoy.config.route.v3.RouteConfiguration'>;

/** What a listener that speaks HTTP needs to know besides its plan. */
export interface HttpContext {
  readonly statPrefix: string;
  readonly accessLogs: readonly AccessLog[];
  readonly tracing: Tracing | undefined;
  /** The service, after which the routes are named. */
  readonly service: string;
  readonly direction: 'inbound' | 'outbound' | 'egress';
  /** Tags of the proxy that goes out, for the filters of the other side. */
  readonly callerTags: string;
}

/** The network filter that speaks HTTP. */
export const translateHttp = (http: HttpPlan, context: HttpContext): Filter =>
  namedConfig(
    'envoy.filters.network.http_connection_manager',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    translateConnectionManager(http, context),
  );

function translateConnectionManager(http: HttpPlan, context: HttpContext): ConnectionManager {
  const { statPrefix, accessLogs, tracing, direction } = context;
  return {
    statPrefix,
    routeConfig: translateRoutes(http, context),
    httpFilters: [...http.filters.map(translateFilter), router],
    ...(accessLogs.length === 0 ? {} : { accessLog: accessLogs.map(translateAccessLog) }),
    ...(http.idleTimeout === undefined ? {} : { commonHttpProtocolOptions: { idleTimeout: http.idleTimeout } }),
    ...(http.streamIdleTimeout === undefined ? {} : { streamIdleTimeout: http.streamIdleTimeout }),
    ...(http.normalizePath === true ? { normalizePath: true } : {}),
    ...(tracing === undefined ? {} : { tracing: translateTracing(tracing) }),
    ...(direction === 'inbound'
      ? { forwardClientCertDetails: 'SANITIZE_SET', setCurrentClientCertDetails: { uri: true } }
      : {}),
  };
}

/** The filter that sends requests where the routes say; the last of all. */
export const router: HttpFilter = namedConfig(
  'envoy.filters.http.router',
  'envoy.extensions.filters.http.router.v3.Router',
  {},
);

/** A filter that requests pass. */
export function translateFilter(filter: FilterPlan): HttpFilter {
  switch (filter.kind) {
    case 'grpc-stats':
      return namedConfig('envoy.filters.http.grpc_stats', 'envoy.extensions.filters.http.grpc_stats.v3.FilterConfig', {
        emitFilterState: true,
      });
    case 'fault':
      return faultFilter(filter.fault);
    case 'rate-limit':
      return rateLimitFilter();
  }
}

function translateRoutes(http: HttpPlan, { service, direction, callerTags }: HttpContext): RouteConfiguration {
  return {
    name: `${direction === 'inbound' ? 'inbound' : 'outbound'}:${service}`,
    validateClusters: false,
    // the tags of the caller are for the filters of the other side, not for the workload there
    ...(direction === 'inbound' ? { requestHeadersToRemove: [callerTagsHeader] } : {}),
    ...(direction === 'outbound'
      ? { requestHeadersToAdd: [{ header: { key: callerTagsHeader, value: callerTags } }] }
      : {}),
    virtualHosts: [
      {
        name: service,
        domains: ['*'],
        ...(http.retry === undefined ? {} : { retryPolicy: translateRetry(http.retry) }),
        routes: http.routes.map(translateRoute),
      },
    ],
  };
}

/** One route; a name only where policies on routes look for it. */
export const translateRoute = (route: HttpRoute): Route => ({
  ...(route.name === undefined ? {} : { name: route.name }),
  match: translateRouteMatch(route.match),
  ...translateAction(route.action),
  ...changeRequestHeaders(route.requestHeaders),
  ...changeResponseHeaders(route.responseHeaders),
  ...(route.rateLimit === undefined
    ? {}
    : { typedPerFilterConfig: { [httpRateLimitName]: translateHttpRateLimit(route.rateLimit) } }),
});

function translateAction(action: RouteAction): Partial<Route> {
  switch (action.kind) {
    case 'redirect':
      return { redirect: translateRedirect(action) };
    case 'forward':
      return { route: translateForward(action) };
    case 'answer':
      return translateAnswer(action);
  }
}

export const translateAnswer = ({ status, text }: Extract<RouteAction, { kind: 'answer' }>): Partial<Route> => ({
  directResponse: { status, body: { inlineString: text } },
});

type Forward = Extract<RouteAction, { kind: 'forward' }>;
type Redirect = Extract<RouteAction, { kind: 'redirect' }>;

const translateForward = (action: Forward): Message<'envoy.config.route.v3.RouteAction'> => ({
  ...translateSplits(action.splits),
  ...translateForwarding(action),
});

/** How requests are sent on; not where to. */
export function translateForwarding(
  action: Forward,
  regexForm: RegexForm = translateRegex,
): Message<'envoy.config.route.v3.RouteAction'> {
  const { timeout, idleTimeout, pathRewrite, retry, mirrors = [], hashPolicies = [] } = action;
  return {
    ...(timeout === undefined ? {} : { timeout }),
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(pathRewrite === undefined ? {} : translatePathRewrite(pathRewrite, regexForm)),
    ...translateHostRewrite(action.hostRewrite),
    ...(mirrors.length === 0
      ? {}
      : {
          requestMirrorPolicies: mirrors.map(({ cluster, percentage }) => ({
            cluster,
            ...(percentage === undefined ? {} : { runtimeFraction: { defaultValue: translatePercentage(percentage) } }),
          })),
        }),
    ...(retry === undefined ? {} : { retryPolicy: translateRetry(retry) }),
    ...(hashPolicies.length === 0 ? {} : { hashPolicy: hashPolicies.map(translateHashPolicy) }),
  };
}

const translatePathRewrite = (rewrite: NonNullable<Forward['pathRewrite']>, regexForm: RegexForm) =>
  rewrite.kind === 'prefix' ? { prefixRewrite: rewrite.value } : { regexRewrite: translateRewrite(rewrite, regexForm) };

function translateHostRewrite(rewrite: Forward['hostRewrite']): Message<'envoy.config.route.v3.RouteAction'> {
  switch (rewrite?.kind) {
    case 'literal':
      return { hostRewriteLiteral: rewrite.value };
    case 'path-regex':
      return { hostRewritePathRegex: translateRewrite(rewrite) };
    case 'auto':
      return { autoHostRewrite: true };
    case undefined:
      return {};
  }
}

const responseCodes = new Map([
  [302, 'FOUND'],
  [303, 'SEE_OTHER'],
  [307, 'TEMPORARY_REDIRECT'],
  [308, 'PERMANENT_REDIRECT'],
] as const);

/** Where requests are told to go instead. */
export function translateRedirect(
  { scheme, host, port, status, pathRewrite }: Redirect,
  regexForm: RegexForm = translateRegex,
): Message<'envoy.config.route.v3.RedirectAction'> {
  const responseCode = [...responseCodes].find(([code]) => code === status)?.[1];
  return {
    ...(scheme === undefined ? {} : { schemeRedirect: scheme }),
    ...(host === undefined ? {} : { hostRedirect: host }),
    ...(port === undefined ? {} : { portRedirect: port }),
    // 301 is what Envoy does by itself
    ...(responseCode === undefined ? {} : { responseCode }),
    ...(pathRewrite === undefined ? {} : translatePathRewrite(pathRewrite, regexForm)),
  };
}
