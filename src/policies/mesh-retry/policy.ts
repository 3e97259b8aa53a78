import { serviceTag } from '../../model/dataplane.js';
import type { Protocol } from '../../model/protocol.js';
import type { TargetRef } from '../../model/target-ref.js';
import { editForward, editListeners, editRoutes } from '../../plan/edit-plan.js';
import type { HttpRetry, Traffic } from '../../plan/http-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshRetryKind } from './kind.js';
import { planGrpcRetry, planHttpRetry } from './plan-retry.js';
import type { MeshRetry, MeshRetryConf } from './schema.js';

const apply = (plan: ProxyPlan, rules: AppliedRules<MeshRetryConf>): ProxyPlan =>
  editListeners(plan, (listener, { service, protocol }) => {
    const conf = rules.to({ [serviceTag]: service });
    return conf === undefined ? listener : { ...listener, traffic: retryTraffic(listener.traffic, protocol, conf) };
  });

/** What the service speaks decides, whatever the listener carries; where nobody says what it speaks, nothing is tried again (Kuma 2.5). */
function retryTraffic(traffic: Traffic, protocol: Protocol, conf: MeshRetryConf): Traffic {
  if (traffic.kind === 'tcp') {
    const { maxConnectAttempt = 0 } = conf.tcp ?? {};
    // Envoy refuses to try 0 times
    return protocol !== 'tcp' || maxConnectAttempt === 0
      ? traffic
      : { ...traffic, maxConnectAttempts: maxConnectAttempt };
  }
  const retry = planRetry(protocol, conf);
  return retry === undefined
    ? traffic
    : editRoutes(traffic, (route) => editForward(route, (action) => ({ ...action, retry })));
}

/** There are none for HTTP/2 (Kuma 2.5). */
function planRetry(protocol: Protocol, { http, grpc }: MeshRetryConf): HttpRetry | undefined {
  if (protocol === 'http' && http !== undefined) return planHttpRetry(http);
  return protocol === 'grpc' && grpc !== undefined ? planGrpcRetry(grpc) : undefined;
}

/** MeshRetry: tries again what failed. */
export const meshRetry: Policy<MeshRetry, MeshRetryConf> = {
  kind: meshRetryKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  apply,
};
