import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { faultInjectionSchema, type FaultInjection } from './schema.js';
import { validateFaultInjection } from './validate.js';

/** The stored kind FaultInjection. */
export const faultInjectionKind: Kind<FaultInjection> = {
  ...legacyPolicy,
  type: 'FaultInjection',
  path: 'fault-injections',
  singularDisplayName: 'Fault Injection',
  pluralDisplayName: 'Fault Injections',
  schema: faultInjectionSchema,
  validate: validateFaultInjection,
  examples: [
    {
      summary: 'Every fault',
      body: {
        type: 'FaultInjection',
        mesh: 'default',
        name: 'web-to-backend',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/protocol': 'http', 'kuma.io/service': 'backend' } }],
        conf: {
          delay: { percentage: 50.5, value: '5s' },
          abort: { percentage: 100, httpStatus: 500 },
          responseBandwidth: { percentage: 0.01, limit: '50 mbps' },
        },
      },
    },
  ],
};
