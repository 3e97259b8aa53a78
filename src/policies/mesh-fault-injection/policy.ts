import { parseKbps } from '../../lib/bandwidth.js';
import { toProtoDuration } from '../../lib/proto-duration.js';
import { toNumber } from '../../model/nested.js';
import type { Tags } from '../../model/resource.js';
import type { TargetRef } from '../../model/target-ref.js';
import { callerPattern, callerTagsHeader } from '../../plan/caller-match.js';
import { editGatewayListeners, editInbounds } from '../../plan/edit-plan.js';
import type { GatewayListenerPlan } from '../../plan/gateway-plan.js';
import type { Fault, HttpFilter } from '../../plan/http-plan.js';
import type { InboundPlan } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { Rule, SubsetTag } from '../../rules/build-rules.js';
import type { RuleItem } from '../../rules/items.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, FromRules, Policy } from '../policy.js';
import { meshFaultInjectionKind } from './kind.js';
import type { MeshFaultInjection, MeshFaultInjectionConf } from './schema.js';

type Conf = NonNullable<MeshFaultInjectionConf['http']>[number];

const apply = (plan: ProxyPlan, rules: AppliedRules<MeshFaultInjectionConf>): ProxyPlan =>
  editGatewayListeners(
    editInbounds(plan, (inbound) => injectFaults(inbound, rules.listFrom(inbound))),
    (listener) => injectAtGateway(listener, rules.listFrom(listener)),
  );

/** Gateways have faults where clients speak HTTP without TLS (Kuma 2.5). */
function injectAtGateway(listener: GatewayListenerPlan, rules: FromRules<MeshFaultInjectionConf>): GatewayListenerPlan {
  const { traffic, protocol } = listener;
  if (traffic.kind !== 'http' || protocol !== 'http') return listener;
  return { ...listener, traffic: { ...traffic, filters: [...traffic.filters, ...planFaults(rules)] } };
}

/** Inbounds with a FaultInjection are left to it; gRPC has no faults (Kuma 2.5). */
function injectFaults(inbound: InboundPlan, rules: FromRules<MeshFaultInjectionConf>): InboundPlan {
  const { traffic, protocol, hasFaultInjection = false } = inbound;
  if (hasFaultInjection || traffic.kind !== 'http' || (protocol !== 'http' && protocol !== 'http2')) return inbound;
  return { ...inbound, traffic: { ...traffic, filters: [...traffic.filters, ...planFaults(rules)] } };
}

const planFaults = ({ rules, truncated, items }: FromRules<MeshFaultInjectionConf>): readonly HttpFilter[] =>
  (truncated ? callersOfItems(items) : callersOfRules(rules)).flatMap(({ callers, conf }) =>
    (conf.http ?? []).map((fault) => ({ kind: 'fault', fault: planFault(callers, fault) }) as const),
  );

/** Callers by their tags, and what is done to them. */
interface Meant {
  readonly callers: Fault['headers'];
  readonly conf: MeshFaultInjectionConf;
}

const callersOfRules = (rules: readonly Rule<MeshFaultInjectionConf>[]): readonly Meant[] =>
  rules.map(({ subset, conf }) => ({
    callers: [...matchCallers(tagsOf(subset, false), false), ...matchCallers(tagsOf(subset, true), true)],
    conf,
  }));

/**
 * Where there are too many rules to list: each item for those callers to which no later one applies that says something
 * else of faults. That is what the rules add up to.
 */
function callersOfItems(items: readonly RuleItem<MeshFaultInjectionConf>[]): readonly Meant[] {
  const saying = items.filter(({ conf }) => conf.http !== undefined);
  // what holds for all callers leaves nothing of what comes before
  const first = saying.findLastIndex(({ subset }) => Object.keys(subset).length === 0);
  return saying.slice(Math.max(first, 0)).map(({ subset, conf }, i, left) => ({
    callers: [
      ...matchCallers(subset, false),
      ...left.slice(i + 1).flatMap((later) => matchCallers(later.subset, true)),
    ],
    conf,
  }));
}

const planFault = (headers: Fault['headers'], conf: Conf): Fault => ({
  headers,
  ...planAbort(conf),
  ...planDelay(conf),
  ...planBandwidth(conf),
});

/**
 * The callers that have all of the tags of a rule, or not all of those that they must not have. Kuma 2.5 looks at one
 * value of each tag only.
 */
function matchCallers(tags: Tags, invert: boolean): Fault['headers'] {
  if (Object.keys(tags).length === 0) return [];
  const match = { kind: 'regex', value: callerPattern(tags) } as const;
  return [{ name: callerTagsHeader, match, ...(invert ? { invert } : {}) }];
}

const tagsOf = (subset: readonly SubsetTag[], negated: boolean): Tags =>
  Object.fromEntries(subset.filter(({ not }) => not === negated).map(({ key, value }) => [key, value]));

/** Envoy answers with no status below 200 and would refuse the listener. */
const planAbort = ({ abort }: Conf): Pick<Fault, 'abort'> =>
  abort === undefined || abort.httpStatus < 200
    ? {}
    : { abort: { status: abort.httpStatus, percentage: toNumber(abort.percentage) } };

/** Envoy refuses a delay of nothing. */
function planDelay({ delay }: Conf): Pick<Fault, 'delay'> {
  const value = delay === undefined ? '0s' : toProtoDuration(delay.value);
  return delay === undefined || value === '0s' ? {} : { delay: { value, percentage: toNumber(delay.percentage) } };
}

function planBandwidth({ responseBandwidth: limit }: Conf): Pick<Fault, 'bandwidth'> {
  const kbps = limit === undefined ? undefined : parseKbps(limit.limit);
  return limit === undefined || kbps === undefined
    ? {}
    : { bandwidth: { kbps, percentage: toNumber(limit.percentage) } };
}

/** MeshFaultInjection: makes requests fail or last longer. */
export const meshFaultInjection: Policy<MeshFaultInjection, MeshFaultInjectionConf> = {
  kind: meshFaultInjectionKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  from: mergedSection((spec) => spec.from),
  apply,
};
