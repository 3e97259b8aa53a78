import type { LegacyPolicy } from '../policy.js';
import { trafficTraceKind } from './kind.js';
import type { TrafficTrace } from './schema.js';

/** TrafficTrace: makes proxies send traces. */
export const trafficTrace: LegacyPolicy<TrafficTrace> = {
  kind: trafficTraceKind,
  matching: ['proxy'],
};
