import type { LegacyPolicy } from '../policy.js';
import { rateLimitKind } from './kind.js';
import type { RateLimit } from './schema.js';

/** RateLimit: limits how many requests an instance of a service takes. */
export const rateLimit: LegacyPolicy<RateLimit> = { kind: rateLimitKind, matching: ['inbounds', 'outbound'] };
