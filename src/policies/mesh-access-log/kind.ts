import { makePolicyKind } from '../policy-kind.js';
import { meshAccessLogSchema, type MeshAccessLog } from './schema.js';
import { validateMeshAccessLog } from './validate.js';

const everything = {
  backends: [
    {
      type: 'Tcp',
      tcp: {
        format: {
          type: 'Json',
          plain: 'unused',
          json: [{ key: 'start', value: '%START_TIME%' }],
          omitEmptyValues: true,
        },
        address: 'logs.example.com:9000',
      },
    },
    {
      type: 'File',
      file: {
        format: {
          type: 'Plain',
          plain: '%START_TIME% %KUMA_MESH%',
          json: [{ key: 'unused', value: 'x' }],
          omitEmptyValues: false,
        },
        path: '/tmp/access.log',
      },
    },
    {
      type: 'OpenTelemetry',
      openTelemetry: {
        attributes: [{ key: 'mesh', value: '%KUMA_MESH%' }],
        body: { kvlistValue: { values: [{ key: 'k', value: { stringValue: 'v' } }] } },
        endpoint: 'otel-collector:4317',
      },
    },
  ],
};

/** The stored kind MeshAccessLog. */
export const meshAccessLogKind = makePolicyKind<MeshAccessLog>({
  type: 'MeshAccessLog',
  path: 'meshaccesslogs',
  singularDisplayName: 'Mesh Access Log',
  pluralDisplayName: 'Mesh Access Logs',
  sections: ['to', 'from'],
  schema: meshAccessLogSchema,
  validate: validateMeshAccessLog,
  examples: [
    {
      summary: 'All proxies log what they take to a file',
      body: {
        type: 'MeshAccessLog',
        name: 'all-to-file',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'Mesh' },
          from: [
            {
              targetRef: { kind: 'Mesh' },
              default: { backends: [{ type: 'File', file: { path: '/tmp/access.log' } }] },
            },
          ],
        },
      },
    },
    {
      summary: 'frontend sends JSON about its requests to backend to a logging service',
      body: {
        type: 'MeshAccessLog',
        name: 'frontend-to-backend',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshService', name: 'frontend' },
          to: [
            {
              targetRef: { kind: 'MeshService', name: 'backend' },
              default: {
                backends: [
                  {
                    type: 'Tcp',
                    tcp: {
                      format: {
                        type: 'Json',
                        json: [
                          { key: 'start_time', value: '%START_TIME%' },
                          { key: 'source', value: '%KUMA_SOURCE_SERVICE%' },
                          { key: 'response_code', value: '%RESPONSE_CODE%' },
                        ],
                      },
                      address: '127.0.0.1:5000',
                    },
                  },
                ],
              },
            },
          ],
        },
      },
    },
    {
      summary: 'Nothing is logged of connections to redis',
      body: {
        type: 'MeshAccessLog',
        name: 'not-redis',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'Mesh' },
          to: [{ targetRef: { kind: 'MeshService', name: 'redis' }, default: { backends: [] } }],
        },
      },
    },
    {
      summary: 'Every field',
      body: {
        type: 'MeshAccessLog',
        name: 'full',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
          to: [{ targetRef: { kind: 'MeshService', name: 'backend' }, default: everything }],
          from: [{ targetRef: { kind: 'Mesh' }, default: everything }],
        },
      },
    },
  ],
});
