import { circuitBreaker } from './circuit-breaker/index.js';
import { faultInjection } from './fault-injection/index.js';
import { healthCheck } from './health-check/index.js';
import { meshTCPRoute } from './mesh-tcp-route/index.js';
import type { LegacyPolicy, Policies, Policy } from './policy.js';
import { rateLimit } from './rate-limit/index.js';
import { retry } from './retry/index.js';
import { timeout } from './timeout/index.js';
import { trafficLog } from './traffic-log/index.js';
import { trafficPermission } from './traffic-permission/index.js';
import { trafficRoute } from './traffic-route/index.js';

/** Every targetRef policy, in the order in which they edit the plan. */
const targetRef: readonly Policy[] = [meshTCPRoute];

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
