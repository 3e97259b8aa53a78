import { toNumber, type IntOrString } from '../../model/nested.js';
import type { TargetRef } from '../../model/target-ref.js';
import { editGatewayListeners, editInbounds, editListeners, replaceParts } from '../../plan/edit-plan.js';
import type { Tracing } from '../../plan/listener-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { planCollector } from '../../plan/tracing.js';
import { mergeFields } from '../../rules/merge.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshTraceKind } from './kind.js';
import { planBackend, type ListenerNames } from './plan-backend.js';
import type { MeshTrace, MeshTraceConf, TraceTag } from './schema.js';

/** Traces the requests of every listener; without a backend what was there stays. */
function apply(plan: ProxyPlan, rules: AppliedRules<MeshTraceConf>): ProxyPlan {
  const conf = rules.single();
  const backend = conf?.backends?.[0];
  const target = backend && planBackend(backend);
  if (conf === undefined || target === undefined) return plan;
  const cluster = planCollector(plan, { name: target.clusterName, origin: 'mesh-trace' }, target.collector);
  const trace = (names: Omit<ListenerNames, 'service'>): Tracing => ({
    cluster: cluster.name,
    provider: target.provide({ service: plan.identifyingService, ...names }),
    sampling: planSampling(conf.sampling ?? {}),
    tags: (conf.tags ?? []).flatMap(planTag),
  });
  const inbounds = editInbounds(plan, (inbound) => ({ ...inbound, tracing: trace({ direction: 'INBOUND' }) }));
  const outbounds = editListeners(inbounds, (listener, { service }) => ({
    ...listener,
    tracing: trace({ direction: 'OUTBOUND', destination: service }),
  }));
  const gateway = editGatewayListeners(outbounds, (listener) => ({
    ...listener,
    tracing: splitSpans(trace({ direction: 'INBOUND' })),
  }));
  return replaceParts(gateway, { clusters: [cluster] });
}

/** A gateway is no part of the service that it calls. */
const splitSpans = (tracing: Tracing): Tracing =>
  tracing.provider.kind === 'zipkin' ? { ...tracing, provider: { ...tracing.provider, splitsSpans: true } } : tracing;

const planSampling = ({ overall, client, random }: NonNullable<MeshTraceConf['sampling']>): Tracing['sampling'] => ({
  ...planShare('overall', overall),
  ...planShare('client', client),
  ...planShare('random', random),
});

const planShare = (name: keyof Tracing['sampling'], share: IntOrString | undefined): Tracing['sampling'] =>
  share === undefined ? {} : { [name]: toNumber(share) };

/** Envoy refuses an empty literal and an empty name of a header. */
function planTag({ name, literal = '', header }: TraceTag): Tracing['tags'] {
  if (header === undefined) return literal === '' ? [] : [{ name, literal }];
  const { name: headerName, default: fallback = '' } = header;
  return headerName === '' ? [] : [{ name, header: headerName, ...(fallback === '' ? {} : { fallback }) }];
}

/** MeshTrace: sends traces of requests. */
export const meshTrace: Policy<MeshTrace, MeshTraceConf> = {
  kind: meshTraceKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  single: { items: (spec, origin) => [{ subset: {}, conf: spec.default, origin }], merge: mergeFields },
  apply,
};
