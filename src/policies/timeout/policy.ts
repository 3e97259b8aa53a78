import type { LegacyPolicy } from '../policy.js';
import { timeoutKind } from './kind.js';
import type { Timeout } from './schema.js';

/** Timeout: how long connections and requests may take. */
export const timeout: LegacyPolicy<Timeout> = { kind: timeoutKind, matching: ['outbound'] };
