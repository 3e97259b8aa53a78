import { toProtoDuration } from '../../lib/proto-duration.js';
import type { TargetRef } from '../../model/target-ref.js';
import { editGatewayListeners, editGatewayRoutes, editInbounds, editRoutes } from '../../plan/edit-plan.js';
import type { GatewayListenerPlan } from '../../plan/gateway-plan.js';
import type { HeaderToAdd, HttpRateLimit, Traffic } from '../../plan/http-plan.js';
import type { InboundPlan } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshRateLimitKind } from './kind.js';
import type { MeshRateLimit, MeshRateLimitConf } from './schema.js';

type Local = NonNullable<MeshRateLimitConf['local']>;
type Http = NonNullable<Local['http']>;
type OnRateLimit = NonNullable<Http['onRateLimit']>;

/** Inbounds with a RateLimit are left to it (Kuma 2.5). */
const apply = (plan: ProxyPlan, rules: AppliedRules<MeshRateLimitConf>): ProxyPlan =>
  limitGateway(
    editInbounds(plan, (inbound) => {
      const local = inbound.hasRateLimit === true ? undefined : rules.fromAll(inbound)?.local;
      return local === undefined ? inbound : limitConnections(limitRequests(inbound, local), local);
    }),
    rules,
  );

/** A gateway's ports for requests have the filter already; those for connections have no limits (Kuma 2.5). */
function limitGateway(plan: ProxyPlan, rules: AppliedRules<MeshRateLimitConf>): ProxyPlan {
  const localOf = (listener: GatewayListenerPlan): Local | undefined =>
    listener.traffic.kind === 'http' ? rules.fromAll(listener)?.local : undefined;
  const limited = editGatewayRoutes(plan, (route, _uses, listener) => {
    const { http } = localOf(listener) ?? {};
    const rateLimit = http === undefined ? undefined : planRateLimit(http);
    return rateLimit === undefined ? route : { ...route, rateLimit };
  });
  return editGatewayListeners(limited, (listener) => limitConnections(listener, localOf(listener) ?? {}));
}

function limitRequests(inbound: InboundPlan, { http }: Local): InboundPlan {
  const rateLimit = http === undefined ? undefined : planRateLimit(http);
  return rateLimit === undefined ? inbound : { ...inbound, traffic: limitTraffic(inbound.traffic, rateLimit) };
}

const limitTraffic = (traffic: Traffic, rateLimit: HttpRateLimit): Traffic =>
  traffic.kind === 'http'
    ? {
        ...editRoutes(traffic, (route) => ({ ...route, rateLimit })),
        filters: [...traffic.filters, { kind: 'rate-limit' }],
      }
    : traffic;

function planRateLimit({ disabled = false, requestRate, onRateLimit = {} }: Http): HttpRateLimit | undefined {
  if (disabled || requestRate === undefined) return undefined;
  const { status } = onRateLimit;
  return {
    requests: requestRate.num,
    interval: toProtoDuration(requestRate.interval),
    ...(status === undefined ? {} : { status }),
    headers: planHeaders(onRateLimit),
  };
}

/** Several values of a header that is set are separated by commas; those of one that is added are one (Kuma 2.5). */
const planHeaders = ({ headers: { add = [], set = [] } = {} }: OnRateLimit): HeaderToAdd[] => [
  ...add.map(({ name, value }) => ({ name, value, append: true })),
  ...set.flatMap(({ name, value }) => value.split(',').map((each) => ({ name, value: each, append: false }))),
];

/** Whatever is spoken on the connections (Kuma 2.5). */
function limitConnections<Listener extends Pick<InboundPlan, 'connectionRateLimit'>>(
  listener: Listener,
  { tcp: { disabled = false, connectionRate } = {} }: Local,
): Listener {
  if (disabled || connectionRate === undefined) return listener;
  const { num, interval } = connectionRate;
  return { ...listener, connectionRateLimit: { connections: num, interval: toProtoDuration(interval) } };
}

/** MeshRateLimit: limits how many requests and connections a proxy takes. */
export const meshRateLimit: Policy<MeshRateLimit, MeshRateLimitConf> = {
  kind: meshRateLimitKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  from: mergedSection((spec) => spec.from),
  apply,
};
