import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { retrySchema, type Retry } from './schema.js';
import { validateRetry } from './validate.js';

/** The stored kind Retry. */
export const retryKind: Kind<Retry> = {
  ...legacyPolicy,
  type: 'Retry',
  path: 'retries',
  singularDisplayName: 'Retry',
  pluralDisplayName: 'Retries',
  schema: retrySchema,
  validate: validateRetry,
  examples: [
    {
      summary: 'Every protocol and everything that can be tried again',
      body: {
        type: 'Retry',
        mesh: 'default',
        name: 'web-to-backend',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/service': 'backend' } }, { match: { 'kuma.io/service': '*' } }],
        conf: {
          http: {
            numRetries: 5,
            perTryTimeout: '16s',
            backOff: { baseInterval: '0.025s', maxInterval: '0.250s' },
            retriableStatusCodes: [500, 502],
            retriableMethods: ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'],
            retryOn: [
              'all_5xx',
              'gateway_error',
              'reset',
              'connect_failure',
              'envoy_ratelimited',
              'retriable_4xx',
              'refused_stream',
              'retriable_status_codes',
              'retriable_headers',
              'http3_post_connect_failure',
            ],
          },
          tcp: { maxConnectAttempts: 3 },
          grpc: {
            retryOn: ['cancelled', 'deadline_exceeded', 'internal', 'resource_exhausted', 'unavailable'],
            numRetries: 5,
            perTryTimeout: '16s',
            backOff: { baseInterval: '0.025s', maxInterval: '0.250s' },
          },
        },
      },
    },
  ],
};
