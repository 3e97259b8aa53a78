import { serviceTag } from '../../model/dataplane.js';
import type { Protocol } from '../../model/protocol.js';
import type { TargetRef } from '../../model/target-ref.js';
import { editForward, editGatewayChains, editGatewayRoutes, editListeners, editRoutes } from '../../plan/edit-plan.js';
import type { HttpRetry, HttpRoute, Traffic } from '../../plan/http-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import { mergedSection } from '../peers.js';
import type { AppliedRules, Policy } from '../policy.js';
import { meshRetryKind } from './kind.js';
import { planGrpcRetry, planHttpRetry } from './plan-retry.js';
import type { MeshRetry, MeshRetryConf } from './schema.js';

function apply(plan: ProxyPlan, rules: AppliedRules<MeshRetryConf>): ProxyPlan {
  const conf = rules.toAll();
  return conf === undefined ? retryOutbounds(plan, rules) : retryGateway(retryOutbounds(plan, rules), conf);
}

const retryOutbounds = (plan: ProxyPlan, rules: AppliedRules<MeshRetryConf>): ProxyPlan =>
  editListeners(plan, (listener, { service, protocol }) => {
    const conf = rules.to({ [serviceTag]: service });
    return conf === undefined ? listener : { ...listener, traffic: retryTraffic(listener.traffic, protocol, conf) };
  });

/** What holds for all destinations holds for a gateway's ports without TLS. */
const retryGateway = (plan: ProxyPlan, conf: MeshRetryConf): ProxyPlan =>
  editGatewayRoutes(
    editGatewayChains(plan, (tcp, { protocol }) => retryTraffic(tcp, protocol, conf)),
    (route, _uses, { protocol }) => (protocol === 'http' ? retryRoute(route, planRetry(protocol, conf)) : route),
  );

/** An older Retry makes room, whatever the newer one says (Kuma 2.5). */
const retryRoute = (route: HttpRoute, retry: HttpRetry | undefined): HttpRoute =>
  editForward(route, ({ retry: _older, ...action }) => ({ ...action, ...(retry === undefined ? {} : { retry }) }));

/** What the service speaks decides, whatever the listener carries; where nobody says what it speaks, nothing is tried again (Kuma 2.5). */
function retryTraffic<Kind extends Traffic>(traffic: Kind, protocol: Protocol, conf: MeshRetryConf): Kind {
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
