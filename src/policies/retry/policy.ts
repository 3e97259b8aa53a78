import type { LegacyPolicy } from '../policy.js';
import { retryKind } from './kind.js';
import type { Retry } from './schema.js';

/** Retry: tries again what failed. */
export const retry: LegacyPolicy<Retry> = { kind: retryKind, matching: ['destination'], actsOnRoutes: true };
