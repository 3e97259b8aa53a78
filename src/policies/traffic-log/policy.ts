import type { LegacyPolicy } from '../policy.js';
import { trafficLogKind } from './kind.js';
import type { TrafficLog } from './schema.js';

/** TrafficLog: logs connections and requests. */
export const trafficLog: LegacyPolicy<TrafficLog> = { kind: trafficLogKind, matching: ['service'], actsOnRoutes: true };
