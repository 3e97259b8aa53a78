import { meshAccessLog } from './mesh-access-log/index.js';
import { meshCircuitBreaker } from './mesh-circuit-breaker/index.js';
import { meshFaultInjection } from './mesh-fault-injection/index.js';
import { meshHealthCheck } from './mesh-health-check/index.js';
import { meshRateLimit } from './mesh-rate-limit/index.js';
import { meshTCPRoute } from './mesh-tcp-route/index.js';
import { meshTimeout } from './mesh-timeout/index.js';
import type { Policy } from './policy.js';

/** Every targetRef policy, in the order in which they edit the plan (Kuma 2.5: the order of its plugins). */
export const policies: readonly Policy[] = [
  meshTCPRoute,
  meshAccessLog,
  meshFaultInjection,
  meshRateLimit,
  meshTimeout,
  meshCircuitBreaker,
  meshHealthCheck,
];
