import { makePolicyKind } from '../policy-kind.js';
import { meshHealthCheckSchema, type MeshHealthCheck } from './schema.js';
import { validateMeshHealthCheck } from './validate.js';

/** The stored kind MeshHealthCheck. */
export const meshHealthCheckKind = makePolicyKind<MeshHealthCheck>({
  type: 'MeshHealthCheck',
  path: 'meshhealthchecks',
  singularDisplayName: 'Mesh Health Check',
  pluralDisplayName: 'Mesh Health Checks',
  sections: ['to'],
  schema: meshHealthCheckSchema,
  validate: validateMeshHealthCheck,
  examples: [
    {
      summary: 'Hosts of backend are asked for /health',
      body: {
        type: 'MeshHealthCheck',
        name: 'backend-health',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'Mesh' },
          to: [
            {
              targetRef: { kind: 'MeshService', name: 'backend' },
              default: {
                interval: '10s',
                timeout: '2s',
                unhealthyThreshold: 3,
                healthyThreshold: 1,
                http: { path: '/health', expectedStatuses: [200, 201] },
              },
            },
          ],
        },
      },
    },
    {
      summary: 'A service over gRPC, from one version of its clients',
      body: {
        type: 'MeshHealthCheck',
        name: 'grpc-health',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v2' } },
          to: [
            { targetRef: { kind: 'MeshService', name: 'orders' }, default: { grpc: { serviceName: 'orders.Orders' } } },
          ],
        },
      },
    },
    {
      summary: 'Every field',
      body: {
        type: 'MeshHealthCheck',
        name: 'full',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
          to: [
            {
              targetRef: { kind: 'MeshService', name: 'backend' },
              default: {
                interval: '10s',
                timeout: '2s',
                unhealthyThreshold: 3,
                healthyThreshold: 1,
                initialJitter: '5s',
                intervalJitter: '6s',
                intervalJitterPercent: 10,
                healthyPanicThreshold: '62.9',
                failTrafficOnPanic: true,
                eventLogPath: '/tmp/health-check.log',
                alwaysLogHealthCheckFailures: true,
                noTrafficInterval: '10s',
                tcp: { disabled: false, send: 'Zm9v', receive: ['YmFy', 'YmF6'] },
                http: {
                  disabled: false,
                  path: '/health',
                  requestHeadersToAdd: {
                    set: [{ name: 'x-a', value: '1' }],
                    add: [{ name: 'x-b', value: '2,3' }],
                  },
                  expectedStatuses: [200, 201],
                },
                grpc: { disabled: true, serviceName: 'svc', authority: 'auth.example.com' },
                reuseConnection: true,
              },
            },
          ],
        },
      },
    },
  ],
});
