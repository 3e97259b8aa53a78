import type { LegacyPolicy } from '../policy.js';
import { healthCheckKind } from './kind.js';
import type { HealthCheck } from './schema.js';

/** HealthCheck: checks the endpoints of services from the proxies that use them. */
export const healthCheck: LegacyPolicy<HealthCheck> = {
  kind: healthCheckKind,
  matching: ['destination'],
  actsOnRoutes: true,
};
