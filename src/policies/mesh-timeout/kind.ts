import { makePolicyKind } from '../policy-kind.js';
import { meshTimeoutSchema, type MeshTimeout } from './schema.js';
import { validateMeshTimeout } from './validate.js';

const timeouts = {
  connectionTimeout: '10s',
  idleTimeout: '1h0m0s',
  http: {
    requestTimeout: '15s',
    streamIdleTimeout: '30m0s',
    maxStreamDuration: '1m30s',
    maxConnectionDuration: '1.5s',
  },
};

/** The stored kind MeshTimeout. */
export const meshTimeoutKind = makePolicyKind<MeshTimeout>({
  type: 'MeshTimeout',
  path: 'meshtimeouts',
  singularDisplayName: 'Mesh Timeout',
  pluralDisplayName: 'Mesh Timeouts',
  sections: ['to', 'from'],
  schema: meshTimeoutSchema,
  validate: validateMeshTimeout,
  examples: [
    {
      summary: 'Requests of frontend to backend may take two seconds',
      body: {
        type: 'MeshTimeout',
        name: 'frontend-to-backend',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshService', name: 'frontend' },
          to: [
            {
              targetRef: { kind: 'MeshService', name: 'backend' },
              default: { connectionTimeout: '2s', idleTimeout: '20s', http: { requestTimeout: '2s' } },
            },
          ],
        },
      },
    },
    {
      summary: 'Connections between all proxies end after ten seconds of silence',
      body: {
        type: 'MeshTimeout',
        name: 'all-idle',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'Mesh' },
          to: [{ targetRef: { kind: 'Mesh' }, default: { idleTimeout: '10s' } }],
          from: [{ targetRef: { kind: 'Mesh' }, default: { idleTimeout: '10s' } }],
        },
      },
    },
    {
      summary: 'Streams on a listener of a builtin gateway may be silent for an hour',
      body: {
        type: 'MeshTimeout',
        name: 'gateway-streams',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshGateway', name: 'edge', tags: { port: 'http' } },
          to: [{ targetRef: { kind: 'Mesh' }, default: { http: { streamIdleTimeout: '1h0m0s' } } }],
        },
      },
    },
    {
      summary: 'Requests that a MeshHTTPRoute takes may last a minute',
      body: {
        type: 'MeshTimeout',
        name: 'slow-route',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshHTTPRoute', name: 'reports' },
          to: [{ targetRef: { kind: 'Mesh' }, default: { http: { requestTimeout: '1m0s' } } }],
        },
      },
    },
    {
      summary: 'Every field',
      body: {
        type: 'MeshTimeout',
        name: 'full',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
          to: [{ targetRef: { kind: 'MeshService', name: 'backend' }, default: timeouts }],
          from: [{ targetRef: { kind: 'Mesh' }, default: timeouts }],
        },
      },
    },
  ],
});
