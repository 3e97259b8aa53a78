import { circuitBreaker } from './circuit-breaker/index.js';
import { faultInjection } from './fault-injection/index.js';
import { healthCheck } from './health-check/index.js';
import { meshAccessLog } from './mesh-access-log/index.js';
import { meshCircuitBreaker } from './mesh-circuit-breaker/index.js';
import { meshFaultInjection } from './mesh-fault-injection/index.js';
import { meshGateway } from './mesh-gateway/index.js';
import { meshGatewayRoute } from './mesh-gateway-route/index.js';
import { meshHealthCheck } from './mesh-health-check/index.js';
import { meshHTTPRoute } from './mesh-http-route/index.js';
import { meshLoadBalancingStrategy } from './mesh-load-balancing-strategy/index.js';
import { meshProxyPatch } from './mesh-proxy-patch/index.js';
import { meshRateLimit } from './mesh-rate-limit/index.js';
import { meshRetry } from './mesh-retry/index.js';
import { meshTCPRoute } from './mesh-tcp-route/index.js';
import { meshTimeout } from './mesh-timeout/index.js';
import { meshTrace } from './mesh-trace/index.js';
import { meshTrafficPermission } from './mesh-traffic-permission/index.js';
import type { LegacyPolicy, Policies, Policy } from './policy.js';
import { proxyTemplate } from './proxy-template/index.js';
import { rateLimit } from './rate-limit/index.js';
import { retry } from './retry/index.js';
import { timeout } from './timeout/index.js';
import { trafficLog } from './traffic-log/index.js';
import { trafficPermission } from './traffic-permission/index.js';
import { trafficRoute } from './traffic-route/index.js';
import { trafficTrace } from './traffic-trace/index.js';
import { virtualOutbound } from './virtual-outbound/index.js';

/** Every targetRef policy, in the order in which they edit the plan (Kuma 2.5: the order of its plugins). */
const targetRef: readonly Policy[] = [
  meshHTTPRoute,
  meshTCPRoute,
  meshLoadBalancingStrategy,
  meshAccessLog,
  meshTrace,
  meshFaultInjection,
  meshRateLimit,
  meshTimeout,
  meshTrafficPermission,
  meshCircuitBreaker,
  meshHealthCheck,
  meshRetry,
  meshProxyPatch,
];

/** Every policy of the older form, in the order in which they edit the plan: routes first, and faults before limits. */
const legacy: readonly LegacyPolicy[] = [
  trafficRoute,
  meshGateway,
  meshGatewayRoute,
  circuitBreaker,
  faultInjection,
  healthCheck,
  rateLimit,
  retry,
  timeout,
  trafficLog,
  trafficPermission,
  trafficTrace,
  virtualOutbound,
  proxyTemplate,
];

export const policies: Policies = { targetRef, legacy };
