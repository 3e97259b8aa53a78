import { makePolicyKind } from '../policy-kind.js';
import { meshRateLimitSchema, type MeshRateLimit } from './schema.js';
import { validateMeshRateLimit } from './validate.js';

/** The stored kind MeshRateLimit. */
export const meshRateLimitKind = makePolicyKind<MeshRateLimit>({
  type: 'MeshRateLimit',
  path: 'meshratelimits',
  singularDisplayName: 'Mesh Rate Limit',
  pluralDisplayName: 'Mesh Rate Limits',
  sections: ['from'],
  schema: meshRateLimitSchema,
  validate: validateMeshRateLimit,
  examples: [
    {
      summary: 'Every proxy of backend takes five requests in ten seconds',
      body: {
        type: 'MeshRateLimit',
        name: 'backend-requests',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshService', name: 'backend' },
          from: [
            {
              targetRef: { kind: 'Mesh' },
              default: {
                local: {
                  http: {
                    requestRate: { num: 5, interval: '10s' },
                    onRateLimit: { status: 429, headers: { set: [{ name: 'x-kuma-rate-limited', value: 'true' }] } },
                  },
                },
              },
            },
          ],
        },
      },
    },
    {
      summary: 'Every proxy of redis takes a hundred connections a second',
      body: {
        type: 'MeshRateLimit',
        name: 'redis-connections',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshService', name: 'redis' },
          from: [
            {
              targetRef: { kind: 'Mesh' },
              default: { local: { tcp: { connectionRate: { num: 100, interval: '1s' } } } },
            },
          ],
        },
      },
    },
    {
      summary: 'Every field',
      body: {
        type: 'MeshRateLimit',
        name: 'full',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
          from: [
            {
              targetRef: { kind: 'Mesh' },
              default: {
                local: {
                  http: {
                    disabled: false,
                    requestRate: { num: 100, interval: '10s' },
                    onRateLimit: {
                      status: 429,
                      headers: { set: [{ name: 'x-a', value: '1' }], add: [{ name: 'x-b', value: '2,3' }] },
                    },
                  },
                  tcp: { disabled: true, connectionRate: { num: 100, interval: '100ms' } },
                },
              },
            },
          ],
        },
      },
    },
  ],
});
