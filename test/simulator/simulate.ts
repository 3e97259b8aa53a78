import type { EnvoyResources } from '../../src/envoy/envoy-resources.js';
import type {
  Cluster,
  FilterChain,
  HttpConnectionManager,
  Listener,
  Route,
  RouteAction,
  RouteMatch,
  TcpProxy,
} from '../../src/envoy/resources.js';
import { httpConnectionManagerType, tcpProxyType } from '../../src/envoy/type-urls.js';

/** A request, as far as routes look at it; a connection that carries no requests needs none. */
export interface Call {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** Name that a client of TLS asks for. */
  readonly sni?: string;
  /** What is spoken above TLS, e.g. `kuma` by proxies of the mesh. */
  readonly alpn?: string;
  readonly isTls?: boolean;
}

/**
 * Where calls end, with their share in percent: `address:port` of an endpoint, `closed` for a connection that is closed,
 * `refused` where nobody listens, `unavailable` where there is no endpoint, `301 http://…` for a redirect, a status for an
 * answer of the proxy itself.
 */
export type Ends = Readonly<Record<string, number>>;

/** Follows a call from the listener at an address through filter chain, route, cluster and endpoints. */
export function simulate(resources: EnvoyResources, address: string, call: Call = {}): Ends {
  const listener = [...resources.listeners.values()].find((each) => addressOf(each.address) === address);
  if (listener === undefined) return { refused: 100 };
  const chain = chooseChain(listener, call);
  const filter = chain?.filters?.map((each) => each.typedConfig as AnyConfig).find(isLast);
  if (filter === undefined) return { closed: 100 };
  return filter['@type'] === tcpProxyType
    ? spread(resources, filter as TcpProxy)
    : route(resources, filter as HttpConnectionManager, call);
}

interface AnyConfig {
  readonly '@type': string;
}

const isLast = ({ '@type': type }: AnyConfig): boolean => type === tcpProxyType || type === httpConnectionManagerType;

/** The most specific chain that matches: by the name that is asked for, then by what is spoken. */
function chooseChain({ filterChains = [] }: Listener, call: Call): FilterChain | undefined {
  const score = ({ filterChainMatch: match = {} }: FilterChain): number => {
    const { serverNames = [], transportProtocol = '', applicationProtocols = [] } = match;
    const isTls = call.isTls === true || call.sni !== undefined;
    if (transportProtocol !== '' && (transportProtocol === 'tls') !== isTls) return -1;
    const names = serverNames.filter((name) => matchesHost(name, call.sni ?? ''));
    if (serverNames.length > 0 && names.length === 0) return -1;
    if (applicationProtocols.length > 0 && !applicationProtocols.includes(call.alpn ?? '')) return -1;
    const longest = Math.max(0, ...names.map((name) => name.length));
    return 100 * longest + (transportProtocol === '' ? 0 : 10) + applicationProtocols.length;
  };
  const scored = filterChains.map((chain) => ({ chain, score: score(chain) })).filter((each) => each.score >= 0);
  return scored.sort((a, b) => b.score - a.score)[0]?.chain;
}

function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : pattern === host;
}

function route(resources: EnvoyResources, manager: HttpConnectionManager, call: Call): Ends {
  const name = manager.rds?.routeConfigName;
  const { virtualHosts = [] } = manager.routeConfig ?? (name === undefined ? {} : (resources.routes.get(name) ?? {}));
  const hosts = virtualHosts
    .map((host) => ({
      host,
      longest: Math.max(
        -1,
        ...(host.domains ?? []).filter((each) => matchesHost(each, call.host ?? '')).map((each) => each.length),
      ),
    }))
    .filter(({ longest }) => longest >= 0)
    .sort((a, b) => b.longest - a.longest);
  const found = hosts[0]?.host.routes?.find(({ match }) => matches(match ?? {}, call));
  return found === undefined ? { '404': 100 } : act(resources, found);
}

function act(resources: EnvoyResources, { route: action, redirect, directResponse }: Route): Ends {
  if (directResponse !== undefined) return { [String(directResponse.status)]: 100 };
  if (redirect !== undefined) {
    const { schemeRedirect = '', hostRedirect = '', portRedirect } = redirect;
    const code = { FOUND: 302, SEE_OTHER: 303, TEMPORARY_REDIRECT: 307, PERMANENT_REDIRECT: 308 }[
      String(redirect.responseCode)
    ];
    return { [`${code ?? 301} ${schemeRedirect}://${hostRedirect}${portRedirect ? `:${portRedirect}` : ''}`]: 100 };
  }
  return spread(resources, action ?? {});
}

function matches(match: RouteMatch, { path = '/', method = 'GET', headers = {}, query = {} }: Call): boolean {
  if (match.path !== undefined && match.path !== path) return false;
  if (match.prefix !== undefined && !path.startsWith(match.prefix)) return false;
  if (match.safeRegex !== undefined && !isWhole(match.safeRegex.regex ?? '', path)) return false;
  const all: Readonly<Record<string, string>> = { ':method': method, ...headers };
  const fits = (text: string | undefined, by: TextMatcher | undefined): boolean =>
    by === undefined || (text !== undefined && matchesText(text, by));
  return (
    (match.headers ?? []).every(({ name = '', presentMatch, stringMatch, invertMatch = false, ...old }) => {
      const value = all[name];
      if (presentMatch !== undefined) return (value !== undefined) === presentMatch;
      const by = stringMatch ?? {
        ...(old.prefixMatch === undefined ? {} : { prefix: old.prefixMatch }),
        safeRegex: old.safeRegexMatch,
      };
      return fits(value, by) !== invertMatch;
    }) && (match.queryParameters ?? []).every(({ name = '', stringMatch }) => fits(query[name], stringMatch))
  );
}

interface TextMatcher {
  readonly exact?: string;
  readonly prefix?: string;
  readonly safeRegex?: { readonly regex?: string } | undefined;
}

function matchesText(text: string, { exact, prefix, safeRegex }: TextMatcher): boolean {
  if (exact !== undefined) return text === exact;
  if (prefix !== undefined) return text.startsWith(prefix);
  return safeRegex === undefined || isWhole(safeRegex.regex ?? '', text);
}

const isWhole = (regex: string, text: string): boolean => new RegExp(`^(?:${regex})$`).test(text);

/** Spreads over the clusters, and in each over the endpoints of the best priority that has any. */
function spread(resources: EnvoyResources, action: Pick<RouteAction, 'cluster' | 'weightedClusters'> | TcpProxy): Ends {
  const { cluster, weightedClusters } = action;
  const splits =
    cluster === undefined
      ? (weightedClusters?.clusters ?? []).map(({ name = '', weight = 0 }) => ({ name, weight }))
      : [{ name: cluster, weight: 1 }];
  const sum = splits.reduce((total, { weight }) => total + weight, 0);
  const ends = new Map<string, number>();
  for (const { name, weight } of splits) {
    for (const [end, share] of endsOf(resources, name))
      ends.set(end, (ends.get(end) ?? 0) + (100 * share * weight) / sum);
  }
  return Object.fromEntries([...ends].map(([end, share]) => [end, Math.round(share * 100) / 100]));
}

/** Shares from 0 to 1. */
function endsOf(resources: EnvoyResources, name: string): readonly (readonly [end: string, share: number])[] {
  const cluster = resources.clusters.get(name);
  if (cluster === undefined) return [[`no cluster ${name}`, 1]];
  if (cluster.type === 'ORIGINAL_DST') return [['original destination', 1]];
  const { endpoints = [] } = assignmentOf(resources, cluster) ?? {};
  const best = Math.min(...endpoints.map(({ priority = 0 }) => priority));
  const localities = endpoints.filter(({ priority = 0 }) => priority === best);
  const isWeighted = cluster.commonLbConfig?.localityWeightedLbConfig !== undefined;
  const found = localities.flatMap(({ lbEndpoints = [], loadBalancingWeight = 1 }) =>
    lbEndpoints.map(({ endpoint }) => ({
      end: addressOf(endpoint?.address),
      weight: isWeighted ? loadBalancingWeight / lbEndpoints.length : 1,
    })),
  );
  if (found.length === 0) return [['unavailable', 1]];
  const sum = found.reduce((total, { weight }) => total + weight, 0);
  return found.map(({ end, weight }) => [end, weight / sum]);
}

const assignmentOf = ({ endpoints }: EnvoyResources, { name = '', type, loadAssignment }: Cluster) =>
  type === 'EDS' ? endpoints.get(name) : loadAssignment;

const addressOf = (
  address: { readonly socketAddress?: { readonly address?: string; readonly portValue?: number } } | undefined,
): string => `${address?.socketAddress?.address ?? ''}:${address?.socketAddress?.portValue ?? 0}`;
