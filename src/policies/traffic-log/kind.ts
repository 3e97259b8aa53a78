import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { trafficLogSchema, type TrafficLog } from './schema.js';
import { validateTrafficLog } from './validate.js';

/** The stored kind TrafficLog. */
export const trafficLogKind: Kind<TrafficLog> = {
  ...legacyPolicy,
  type: 'TrafficLog',
  path: 'traffic-logs',
  singularDisplayName: 'Traffic Log',
  pluralDisplayName: 'Traffic Logs',
  schema: trafficLogSchema,
  validate: validateTrafficLog,
  examples: [
    {
      summary: 'Logs what goes from web to backend to the backend of the mesh named file',
      body: {
        type: 'TrafficLog',
        mesh: 'default',
        name: 'web-to-backend',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/service': 'backend' } }, { match: { 'kuma.io/service': '*' } }],
        conf: { backend: 'file' },
      },
    },
  ],
};
