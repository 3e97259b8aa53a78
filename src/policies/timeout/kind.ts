import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { timeoutSchema, type Timeout } from './schema.js';
import { validateTimeout } from './validate.js';

/** The stored kind Timeout. */
export const timeoutKind: Kind<Timeout> = {
  ...legacyPolicy,
  type: 'Timeout',
  path: 'timeouts',
  singularDisplayName: 'Timeout',
  pluralDisplayName: 'Timeouts',
  schema: timeoutSchema,
  validate: validateTimeout,
  examples: [
    {
      summary: 'Every timeout',
      body: {
        type: 'Timeout',
        mesh: 'default',
        name: 'web-to-backend',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/service': 'backend' } }, { match: { 'kuma.io/service': '*' } }],
        conf: {
          connectTimeout: '10s',
          tcp: { idleTimeout: '3600s' },
          http: { requestTimeout: '15s', idleTimeout: '3600s', streamIdleTimeout: '1800s', maxStreamDuration: '30s' },
          grpc: { streamIdleTimeout: '5s', maxStreamDuration: '30s' },
        },
      },
    },
  ],
};
