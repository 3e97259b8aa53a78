import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { trafficPermissionSchema, type TrafficPermission } from './schema.js';
import { validateTrafficPermission } from './validate.js';

/** The stored kind TrafficPermission. */
export const trafficPermissionKind: Kind<TrafficPermission> = {
  ...legacyPolicy,
  type: 'TrafficPermission',
  path: 'traffic-permissions',
  singularDisplayName: 'Traffic Permission',
  pluralDisplayName: 'Traffic Permissions',
  schema: trafficPermissionSchema,
  validate: validateTrafficPermission,
  examples: [
    {
      summary: 'web, and version v1 of everything, may use version v2 of backend',
      body: {
        type: 'TrafficPermission',
        mesh: 'default',
        name: 'web-to-backend',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/service': 'backend', version: 'v2' } }],
      },
    },
  ],
};
