import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { healthCheckSchema, type HealthCheck } from './schema.js';
import { validateHealthCheck } from './validate.js';

/** The stored kind HealthCheck. */
export const healthCheckKind: Kind<HealthCheck> = {
  ...legacyPolicy,
  type: 'HealthCheck',
  path: 'health-checks',
  singularDisplayName: 'Health Check',
  pluralDisplayName: 'Health Checks',
  schema: healthCheckSchema,
  validate: validateHealthCheck,
  examples: [
    {
      summary: 'An HTTP request as check',
      body: {
        type: 'HealthCheck',
        mesh: 'default',
        name: 'web-to-backend',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/service': 'backend' } }, { match: { 'kuma.io/service': '*' } }],
        conf: {
          interval: '10s',
          timeout: '2s',
          unhealthyThreshold: 3,
          healthyThreshold: 1,
          initialJitter: '5s',
          intervalJitter: '6s',
          intervalJitterPercent: 10,
          healthyPanicThreshold: 33.3,
          failTrafficOnPanic: true,
          eventLogPath: '/tmp/health-check.log',
          alwaysLogHealthCheckFailures: true,
          noTrafficInterval: '60s',
          http: {
            path: '/health',
            requestHeadersToAdd: [{ header: { key: 'Content-Type', value: 'application/json' }, append: true }],
            expectedStatuses: [200, 201],
          },
          reuseConnection: false,
        },
      },
    },
    {
      summary: 'A TCP connection as check, with what is sent and expected in base64',
      body: {
        type: 'HealthCheck',
        mesh: 'default',
        name: 'web-to-redis',
        sources: [{ match: { 'kuma.io/service': 'web' } }],
        destinations: [{ match: { 'kuma.io/service': 'redis' } }],
        conf: {
          interval: '10s',
          timeout: '2s',
          unhealthyThreshold: 3,
          healthyThreshold: 1,
          tcp: { send: 'Zm9v', receive: ['YmFy', 'YmF6'] },
        },
      },
    },
  ],
};
