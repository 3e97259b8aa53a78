import type { Kind } from '../model/kind.js';
import { circuitBreaker } from './circuit-breaker/index.js';
import { faultInjection } from './fault-injection/index.js';
import { healthCheck } from './health-check/index.js';
import { meshTCPRoute } from './mesh-tcp-route/index.js';
import type { Policy } from './policy.js';
import { rateLimit } from './rate-limit/index.js';
import { retry } from './retry/index.js';
import { timeout } from './timeout/index.js';
import { trafficLog } from './traffic-log/index.js';
import { trafficPermission } from './traffic-permission/index.js';

/** Every targetRef policy, in the order in which they edit the plan. */
export const policies: readonly Policy[] = [meshTCPRoute];

/** Kinds of policies without targetRef, by type. */
export const legacyKinds: readonly Kind[] = [
  circuitBreaker,
  faultInjection,
  healthCheck,
  rateLimit,
  retry,
  timeout,
  trafficLog,
  trafficPermission,
];
