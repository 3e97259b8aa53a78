import type { LegacyPolicy } from '../policy.js';
import { faultInjectionKind } from './kind.js';
import type { FaultInjection } from './schema.js';

/** FaultInjection: makes HTTP requests fail or wait on purpose. */
export const faultInjection: LegacyPolicy<FaultInjection> = { kind: faultInjectionKind, matching: ['inbounds'] };
