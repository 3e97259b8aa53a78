import { rememberByBoth } from '../../lib/remember.js';
import { protocolTag, tagOf } from '../../model/dataplane.js';
import { foldProtocols, parseProtocol, type Protocol } from '../../model/protocol.js';
import type { GatewayUse } from '../../plan/gateway-plan.js';
import type { HttpPlan, HttpRetry, Traffic } from '../../plan/http-plan.js';
import { editForward, editGatewayChains, editGatewayRoutes, editOutbounds, usesOf } from '../../plan/edit-plan.js';
import type { OutboundListenerPlan } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { retryKind } from './kind.js';
import type { Retry } from './schema.js';

type Conf = NonNullable<Retry['conf']>;
type Http = NonNullable<Conf['http']>;
type Grpc = NonNullable<Conf['grpc']>;

/** Makes gateways and the listeners that TrafficRoute made try again. */
const apply = (plan: ProxyPlan, matches: LegacyMatches<Retry>): ProxyPlan =>
  retryGateway(
    editOutbounds(plan, (listener) => {
      const conf = matches.service(listener.outbound.service)?.spec.conf;
      return conf === undefined ? listener : retryListener(listener, conf);
    }),
    matches,
  );

/** Requests are tried again by route, connections by port. */
function retryGateway(plan: ProxyPlan, matches: LegacyMatches<Retry>): ProxyPlan {
  const routes = editGatewayRoutes(plan, (route, uses) => {
    const { http, grpc } = matches.split(uses)?.spec.conf ?? {};
    const retry = retryRequests(spokenBy(uses), http, grpc);
    return editForward(route, (action) => ({ ...action, ...retry }));
  });
  return editGatewayChains(routes, (tcp, { traffic }) => {
    const hosts = traffic.kind === 'tcp' ? traffic.chains.flatMap((chain) => chain.hosts) : [];
    const uses = usesOf(
      plan,
      hosts.flatMap(({ destinations }) => destinations),
    );
    const maxConnectAttempts = matches.split(uses)?.spec.conf?.tcp?.maxConnectAttempts;
    return maxConnectAttempts === undefined ? tcp : { ...tcp, maxConnectAttempts };
  });
}

/** What the tags of the destinations have in common; HTTP when they do not say. */
function spokenBy(uses: readonly GatewayUse[]): Protocol {
  const protocol = foldProtocols(uses.map(({ destination }) => parseProtocol(tagOf(destination, protocolTag))));
  return protocol === 'unknown' ? 'http' : protocol;
}

const retryListener = rememberByBoth((listener: OutboundListenerPlan, conf: Conf): OutboundListenerPlan => ({
  ...listener,
  traffic: retryTraffic(listener, conf),
}));

function retryTraffic({ traffic, protocol }: OutboundListenerPlan, { tcp, http, grpc }: Conf): Traffic {
  switch (traffic.kind) {
    case 'none':
      return traffic;
    case 'tcp':
      return tcp?.maxConnectAttempts === undefined
        ? traffic
        : { ...traffic, maxConnectAttempts: tcp.maxConnectAttempts };
    case 'http':
      return { ...traffic, ...retryRequests(protocol, http, grpc) };
  }
}

/** There are none for HTTP/2 (Kuma 2.5). */
function retryRequests(
  protocol: OutboundListenerPlan['protocol'],
  http: Http | undefined,
  grpc: Grpc | undefined,
): Pick<HttpPlan, 'retry'> {
  if (protocol === 'http' && http !== undefined) return { retry: planHttpRetry(http) };
  if (protocol === 'grpc' && grpc !== undefined) return { retry: planGrpcRetry(grpc) };
  return {};
}

const statusCodes = 'retriable-status-codes';

function planHttpRetry({ retryOn = [], retriableStatusCodes, retriableMethods = [], ...requests }: Http): HttpRetry {
  const conditions =
    retryOn.length === 0 ? ['gateway-error', 'connect-failure', 'refused-stream'] : retryOn.map(toEnvoy);
  const isMissing = retriableStatusCodes !== undefined && !conditions.includes(statusCodes);
  return {
    ...requests,
    retryOn: [...conditions, ...(isMissing ? [statusCodes] : [])].join(','),
    ...(retriableStatusCodes === undefined ? {} : { retriableStatusCodes }),
    ...(retriableMethods.length === 0
      ? {}
      : {
          retriableRequestHeaders: retriableMethods.map((method) => ({
            name: ':method',
            match: { kind: 'exact', value: String(method) },
          })),
        }),
  };
}

const grpcDefault = 'cancelled,connect-failure,gateway-error,refused-stream,reset,resource-exhausted,unavailable';

const planGrpcRetry = ({ retryOn = [], ...requests }: Grpc): HttpRetry => ({
  ...requests,
  retryOn: retryOn.length === 0 ? grpcDefault : retryOn.map(toEnvoy).join(','),
});

/** A condition as Envoy names it: names in protobuf begin with no digit and have no hyphens. */
const toEnvoy = (condition: string | number): string =>
  condition === 'all_5xx' ? '5xx' : String(condition).replaceAll('_', '-');

/** Retry: tries again what failed. */
export const retry: LegacyPolicy<Retry> = { kind: retryKind, matching: ['destination'], actsOnRoutes: true, apply };
