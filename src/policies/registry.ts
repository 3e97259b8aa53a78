import { circuitBreaker } from './circuit-breaker/index.js';
import { faultInjection } from './fault-injection/index.js';
import { healthCheck } from './health-check/index.js';
import { meshAccessLog } from './mesh-access-log/index.js';
import { meshCircuitBreaker } from './mesh-circuit-breaker/index.js';
import { meshFaultInjection } from './mesh-fault-injection/index.js';
import { meshHealthCheck } from './mesh-health-check/index.js';
import { meshRateLimit } from './mesh-rate-limit/index.js';
import { meshTCPRoute } from './mesh-tcp-route/index.js';
import { meshTimeout } from './mesh-timeout/index.js';
import type { LegacyPolicy, Policies, Policy } from './policy.js';
import { rateLimit } from './rate-limit/index.js';
import { retry } from './retry/index.js';
import { timeout } from './timeout/index.js';
import { trafficLog } from './traffic-log/index.js';
import { trafficPermission } from './traffic-permission/index.js';
import { trafficRoute } from './traffic-route/index.js';

/** Every targetRef policy, in the order in which they edit the plan (Kuma 2.5: the order of its plugins). */
const targetRef: readonly Policy[] = [
  meshTCPRoute,
  meshAccessLog,
  meshFaultInjection,
  meshRateLimit,
  meshTimeout,
  meshCircuitBreaker,
  meshHealthCheck,
];

/** Every policy of the older form, in the order in which they edit the plan: routes first. */
const legacy: readonly LegacyPolicy[] = [
  trafficRoute,
  circuitBreaker,
  faultInjection,
  healthCheck,
  rateLimit,
  retry,
  timeout,
  trafficLog,
  trafficPermission,
];

export const policies: Policies = { targetRef, legacy };
