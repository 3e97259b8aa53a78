import { byTags, checkConnection } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import type { TrafficPermission } from './schema.js';

/** The semantic pass of a TrafficPermission: every violation, in Kuma's order. */
export const validateTrafficPermission = (spec: TrafficPermission): Violation[] =>
  checkConnection(spec, { sources: byTags, destinations: byTags });
