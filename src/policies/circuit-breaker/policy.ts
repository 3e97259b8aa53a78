import type { LegacyPolicy } from '../policy.js';
import { circuitBreakerKind } from './kind.js';
import type { CircuitBreaker } from './schema.js';

/** CircuitBreaker: leaves out endpoints that fail, and limits what a service is given. */
export const circuitBreaker: LegacyPolicy<CircuitBreaker> = {
  kind: circuitBreakerKind,
  matching: ['destination'],
  actsOnRoutes: true,
};
