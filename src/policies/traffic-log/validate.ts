import { byService, byServiceOnly, checkConnection } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import type { TrafficLog } from './schema.js';

/** The semantic pass of a TrafficLog: every violation, in Kuma's order. Whether the backend exists is not checked. */
export const validateTrafficLog = (spec: TrafficLog): Violation[] =>
  checkConnection(spec, { sources: byService, destinations: byServiceOnly });
