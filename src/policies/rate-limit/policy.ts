import { matchCallers } from '../../plan/caller-match.js';
import { editGatewayRoutes, editInbounds, editOutbounds } from '../../plan/edit-plan.js';
import { hasEgressRouting } from '../../plan/external-services.js';
import type { HttpPlan, HttpRateLimit, HttpRoute } from '../../plan/http-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { meshOf, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { rateLimitKind } from './kind.js';
import type { RateLimit } from './schema.js';

type Http = NonNullable<NonNullable<RateLimit['conf']>['http']>;

/** Inbounds limit what they take; external services have none, so that the proxies that use them hold back. */
function apply(plan: ProxyPlan, matches: LegacyMatches<RateLimit>, snapshot: MeshSnapshot): ProxyPlan {
  const limited = limitGateway(limitInbounds(plan, matches), matches);
  // a zone egress limits what external services are given
  return hasEgressRouting(meshOf(snapshot)) ? limited : limitOutbounds(limited, matches);
}

/** The filter is there anyway. */
const limitGateway = (plan: ProxyPlan, matches: LegacyMatches<RateLimit>): ProxyPlan =>
  editGatewayRoutes(plan, (route, uses) => {
    const http = matches.split(uses)?.spec.conf?.http;
    return http === undefined ? route : { ...route, rateLimit: planRateLimit(http) };
  });

const limitInbounds = (plan: ProxyPlan, matches: LegacyMatches<RateLimit>): ProxyPlan =>
  editInbounds(plan, (inbound) => {
    const policies = matches.inbound(inbound);
    if (policies.length === 0) return inbound;
    const { traffic } = inbound;
    if (traffic.kind !== 'http') return { ...inbound, hasRateLimit: true };
    const routes = [...policies.flatMap(({ spec }) => limitRoutes(traffic, spec)), ...traffic.routes];
    return {
      ...inbound,
      hasRateLimit: true,
      traffic: { ...traffic, filters: [...traffic.filters, { kind: 'rate-limit' }], routes },
    };
  });

/** The routes once more, for the requests of the sources alone. */
function limitRoutes({ routes }: HttpPlan, { sources = [], conf: { http } = {} }: RateLimit): HttpRoute[] {
  if (http === undefined) return [];
  const callers = matchCallers(sources.map(({ match = {} }) => match));
  const rateLimit = planRateLimit(http);
  return routes.map((route) => ({
    ...route,
    match: { ...route.match, headers: [...route.match.headers, callers] },
    rateLimit,
  }));
}

/** The filter is there on every listener that TrafficRoute made; it works on routes to external services. */
const limitOutbounds = (plan: ProxyPlan, matches: LegacyMatches<RateLimit>): ProxyPlan =>
  editOutbounds(plan, (listener) => {
    const spec = matches.outbound(listener.outbound)?.policy.spec;
    const { traffic } = listener;
    if (spec === undefined || traffic.kind !== 'http') return listener;
    const limit = spec.conf?.http === undefined ? {} : { rateLimit: planRateLimit(spec.conf.http) };
    const routes = traffic.routes.map((route) => (leadsOutside(plan, route) ? { ...route, ...limit } : route));
    return { ...listener, traffic: { ...traffic, filters: [{ kind: 'rate-limit' }, ...traffic.filters], routes } };
  });

const leadsOutside = ({ clusters }: ProxyPlan, { action }: HttpRoute): boolean =>
  action.kind === 'forward' && action.splits.some(({ cluster }) => clusters.get(cluster)?.source.kind === 'external');

function planRateLimit({ requests = 0, interval = '0s', onRateLimit = {} }: Http): HttpRateLimit {
  const { status, headers = [] } = onRateLimit;
  return {
    requests,
    interval,
    ...(status === undefined || status === 0 ? {} : { status }),
    headers: headers.map(({ key = '', value = '', append = false }) => ({ name: key, value, append })),
  };
}

/** RateLimit: limits how many requests an instance of a service takes. */
export const rateLimit: LegacyPolicy<RateLimit> = { kind: rateLimitKind, matching: ['inbounds', 'outbound'], apply };
