import { circuitBreaker } from './circuit-breaker/index.js';
import { faultInjection } from './fault-injection/index.js';
import { healthCheck } from './health-check/index.js';
import { meshGateway } from './mesh-gateway/index.js';
import { meshGatewayRoute } from './mesh-gateway-route/index.js';
import { meshTCPRoute } from './mesh-tcp-route/index.js';
import type { LegacyPolicy, Policies, Policy } from './policy.js';
import { rateLimit } from './rate-limit/index.js';
import { retry } from './retry/index.js';
import { timeout } from './timeout/index.js';
import { trafficLog } from './traffic-log/index.js';
import { trafficPermission } from './traffic-permission/index.js';
import { trafficRoute } from './traffic-route/index.js';
import { trafficTrace } from './traffic-trace/index.js';
import { virtualOutbound } from './virtual-outbound/index.js';

/** Every targetRef policy, in the order in which they edit the plan. */
const targetRef: readonly Policy[] = [meshTCPRoute];

/** Every policy of the older form, in the order in which they edit the plan: routes first. */
const legacy: readonly LegacyPolicy[] = [
  trafficRoute,
  circuitBreaker,
  faultInjection,
  healthCheck,
  meshGateway,
  meshGatewayRoute,
  rateLimit,
  retry,
  timeout,
  trafficLog,
  trafficPermission,
  trafficTrace,
  virtualOutbound,
];

export const policies: Policies = { targetRef, legacy };
