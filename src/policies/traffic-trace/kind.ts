import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { trafficTraceSchema, type TrafficTrace } from './schema.js';
import { validateTrafficTrace } from './validate.js';

/** The stored kind TrafficTrace. */
export const trafficTraceKind: Kind<TrafficTrace> = {
  ...legacyPolicy,
  type: 'TrafficTrace',
  path: 'traffic-traces',
  singularDisplayName: 'Traffic Trace',
  pluralDisplayName: 'Traffic Traces',
  schema: trafficTraceSchema,
  validate: validateTrafficTrace,
  examples: [
    {
      summary: 'Some proxies send their traces to the backend zipkin of the mesh',
      body: {
        type: 'TrafficTrace',
        mesh: 'default',
        name: 'trace-web',
        selectors: [{ match: { 'kuma.io/service': 'web' } }, { match: { version: '*' } }],
        conf: { backend: 'zipkin' },
      },
    },
    {
      summary: 'All proxies send their traces to the default backend of the mesh',
      body: {
        type: 'TrafficTrace',
        mesh: 'default',
        name: 'trace-all',
        selectors: [{ match: { 'kuma.io/service': '*' } }],
      },
    },
  ],
};
