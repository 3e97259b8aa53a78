import { parseKbps } from '../../lib/bandwidth.js';
import type { ProtoNumber } from '../../model/proto.js';
import { matchCallers } from '../../plan/caller-match.js';
import { editInbounds } from '../../plan/edit-plan.js';
import type { Fault } from '../../plan/http-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { LegacyMatches, LegacyPolicy } from '../policy.js';
import { faultInjectionKind } from './kind.js';
import type { FaultInjection } from './schema.js';

type Conf = NonNullable<FaultInjection['conf']>;

/** Adds a filter to the inbound for every policy that names it; the most specific sources come first. */
const apply = (plan: ProxyPlan, matches: LegacyMatches<FaultInjection>): ProxyPlan =>
  editInbounds(plan, (inbound) => {
    const policies = matches.inbound(inbound);
    if (policies.length === 0) return inbound;
    const { traffic } = inbound;
    if (traffic.kind !== 'http') return { ...inbound, hasFaultInjection: true };
    const faults = policies.map(({ spec }) => ({ kind: 'fault', fault: planFault(spec) }) as const);
    return { ...inbound, hasFaultInjection: true, traffic: { ...traffic, filters: [...traffic.filters, ...faults] } };
  });

const planFault = ({ sources = [], conf = {} }: FaultInjection): Fault => ({
  headers: [matchCallers(sources.map(({ match = {} }) => match))],
  ...planAbort(conf),
  ...planDelay(conf),
  ...planBandwidth(conf),
});

/** Kuma takes statuses with which Envoy does not answer; it would refuse the listener. */
const planAbort = ({ abort: { httpStatus = 0, percentage } = {} }: Conf): Pick<Fault, 'abort'> =>
  httpStatus < 200 ? {} : { abort: { status: httpStatus, percentage: toPercentage(percentage) } };

/** It would refuse a delay of nothing too. */
const planDelay = ({ delay: { value, percentage } = {} }: Conf): Pick<Fault, 'delay'> =>
  value === undefined || value === '0s' ? {} : { delay: { value, percentage: toPercentage(percentage) } };

function planBandwidth({ responseBandwidth: { limit = '', percentage } = {} }: Conf): Pick<Fault, 'bandwidth'> {
  const kbps = parseKbps(limit);
  return kbps === undefined ? {} : { bandwidth: { kbps, percentage: toPercentage(percentage) } };
}

/** What is no number counts as none. */
const toPercentage = (value: ProtoNumber = 0): number => Number(value) || 0;

/** FaultInjection: makes HTTP requests fail or wait on purpose. */
export const faultInjection: LegacyPolicy<FaultInjection> = {
  kind: faultInjectionKind,
  matching: ['inbounds'],
  apply,
};
