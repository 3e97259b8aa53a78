import type { LegacyPolicy } from '../policy.js';
import { trafficPermissionKind } from './kind.js';
import type { TrafficPermission } from './schema.js';

/** TrafficPermission: lets sources use destinations in a mesh with mTLS. */
export const trafficPermission: LegacyPolicy<TrafficPermission> = {
  kind: trafficPermissionKind,
  matching: ['inbound'],
};
