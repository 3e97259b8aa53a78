import {
  namedConfig,
  type Filter,
  type HttpFilter,
  type Message,
  type RouteConfiguration,
} from '../envoy/resources.js';
import { callerTagsHeader, showCallerTags } from '../plan/caller-match.js';
import type { GatewayHostPlan, GatewayHttp, GatewayListenerPlan } from '../plan/gateway-plan.js';
import type { HeaderChange, HttpRoute, RouteAction, Split } from '../plan/http-plan.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { translateAccessLog } from './access-log.js';
import { translateAnswer, translateFilter, translateForwarding, translateRedirect } from './http.js';
import { plainRegex, translateRouteMatch } from './match.js';
import { httpRateLimitName, rateLimitFilter, translateHttpRateLimit } from './rate-limit.js';
import { translateRetry } from './retry.js';
import { translateTracing } from './tracing.js';

type Route = Message<'envoy.config.route.v3.Route'>;
type VirtualHost = Message<'envoy.config.route.v3.VirtualHost'>;
type HeaderOption = Message<'envoy.config.core.v3.HeaderValueOption'>;

/** The network filter of a gateway that speaks HTTP with clients of all sorts. */
export const gatewayHttpFilter = (
  { name, accessLogs, tracing }: GatewayListenerPlan,
  { filters }: GatewayHttp,
  statPrefix: string,
): Filter =>
  namedConfig(
    'envoy.filters.network.http_connection_manager',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    {
      statPrefix,
      serverName: 'Kuma Gateway',
      rds: { routeConfigName: name, configSource: { ads: {}, resourceApiVersion: 'V3' } },
      ...edgeOptions,
      httpFilters: [rateLimitFilter(), compressor, ...filters.map(translateFilter), router],
      ...(accessLogs.length === 0 ? {} : { accessLog: accessLogs.map(translateAccessLog) }),
      ...(tracing === undefined ? {} : { tracing: translateTracing(tracing) }),
    },
  );

/** What Envoy recommends at the edge, where nobody can be trusted. */
const edgeOptions = {
  useRemoteAddress: true,
  normalizePath: true,
  mergeSlashes: true,
  pathWithEscapedSlashesAction: 'UNESCAPE_AND_REDIRECT',
  requestHeadersTimeout: '0.500s',
  streamIdleTimeout: '5s',
  commonHttpProtocolOptions: { idleTimeout: '300s', headersWithUnderscoresAction: 'REJECT_REQUEST' },
  http2ProtocolOptions: {
    allowConnect: true,
    maxConcurrentStreams: 100,
    initialStreamWindowSize: 65_536,
    initialConnectionWindowSize: 1_048_576,
  },
} as const;

const compressor: HttpFilter = namedConfig('gzip-compress', 'envoy.extensions.filters.http.compressor.v3.Compressor', {
  compressorLibrary: namedConfig('gzip', 'envoy.extensions.compression.gzip.compressor.v3.Gzip', {}),
  responseDirectionConfig: { disableOnEtagHeader: true },
});

const router: HttpFilter = namedConfig('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router', {
  startChildSpan: true,
});

/** The routes of a port, which are sent apart from the listener. */
export const translateGatewayRoutes = (
  { name }: GatewayListenerPlan,
  { hosts, isSecure }: GatewayHttp,
  plan: ProxyPlan,
): RouteConfiguration => ({
  name,
  ignorePortInHostMatching: true,
  validateClusters: false,
  // what clients say of their tags is not to be believed
  requestHeadersToRemove: [callerTagsHeader],
  virtualHosts: hosts.map((host) => translateHost(host, isSecure, plan)),
});

const translateHost = (
  { hostname, routes, retry }: GatewayHostPlan,
  isSecure: boolean,
  plan: ProxyPlan,
): VirtualHost => ({
  name: hostname,
  domains: [hostname],
  ...(isSecure ? { requireTls: 'ALL', responseHeadersToAdd: [strictTransport] } : {}),
  ...(retry === undefined ? {} : { retryPolicy: translateRetry(retry) }),
  routes: routes.map((route) => translateRoute(route, plan)),
});

const strictTransport: HeaderOption = {
  append: false,
  header: { key: 'Strict-Transport-Security', value: 'max-age=31536000; includeSubDomains' },
};

const translateRoute = (route: HttpRoute, plan: ProxyPlan): Route => ({
  match: translateRouteMatch(route.match, plainRegex),
  ...translateAction(route.action, plan),
  ...renameHeaders(route.requestHeaders, 'requestHeadersToAdd', 'requestHeadersToRemove'),
  ...renameHeaders(route.responseHeaders, 'responseHeadersToAdd', 'responseHeadersToRemove'),
  ...(route.rateLimit === undefined
    ? {}
    : { typedPerFilterConfig: { [httpRateLimitName]: translateHttpRateLimit(route.rateLimit) } }),
});

function renameHeaders(
  change: HeaderChange | undefined,
  toAdd: 'requestHeadersToAdd' | 'responseHeadersToAdd',
  toRemove: 'requestHeadersToRemove' | 'responseHeadersToRemove',
): Partial<Route> {
  const { add = [], remove = [] } = change ?? {};
  return {
    ...(add.length === 0 ? {} : { [toAdd]: add.map(translateHeader) }),
    ...(remove.length === 0 ? {} : { [toRemove]: [...remove] }),
  };
}

/** In the newer form, in which adding goes without saying. */
const translateHeader = ({ name, value, append }: HeaderChange['add'][number]): HeaderOption => ({
  ...(append === false ? { appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' } : {}),
  header: { key: name, value },
});

function translateAction(action: RouteAction, plan: ProxyPlan): Partial<Route> {
  switch (action.kind) {
    case 'redirect':
      return { redirect: { ...translateRedirect(action, plainRegex), stripQuery: true } };
    case 'answer':
      return translateAnswer(action);
    case 'forward': {
      // Envoy refuses shares of which the sum is zero
      if (action.splits.every(({ weight }) => weight === 0)) return { directResponse: { status: 500 } };
      return {
        route: {
          clusterNotFoundResponseCode: 'INTERNAL_SERVER_ERROR',
          weightedClusters: { clusters: action.splits.map((split) => translateSplit(split, plan)) },
          ...translateForwarding(action, plainRegex),
        },
      };
    }
  }
}

/** Whoever takes the requests learns the gateway's tags, unless it is outside of the mesh. */
function translateSplit({ cluster, weight }: Split, plan: ProxyPlan) {
  const leavesMesh = plan.clusters.get(cluster)?.gateway?.leavesMesh === true;
  const header = { header: { key: callerTagsHeader, value: showCallerTags(plan) } };
  return { name: cluster, weight, ...(leavesMesh ? {} : { requestHeadersToAdd: [header] }) };
}
