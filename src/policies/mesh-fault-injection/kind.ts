import { makePolicyKind } from '../policy-kind.js';
import { meshFaultInjectionSchema, type MeshFaultInjection } from './schema.js';
import { validateMeshFaultInjection } from './validate.js';

/** The stored kind MeshFaultInjection. */
export const meshFaultInjectionKind = makePolicyKind<MeshFaultInjection>({
  type: 'MeshFaultInjection',
  path: 'meshfaultinjections',
  singularDisplayName: 'Mesh Fault Injection',
  pluralDisplayName: 'Mesh Fault Injections',
  sections: ['from'],
  schema: meshFaultInjectionSchema,
  validate: validateMeshFaultInjection,
  examples: [
    {
      summary: 'Half of the requests of frontend to backend are answered with 500',
      body: {
        type: 'MeshFaultInjection',
        name: 'backend-aborts',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshService', name: 'backend' },
          from: [
            {
              targetRef: { kind: 'MeshService', name: 'frontend' },
              default: { http: [{ abort: { httpStatus: 500, percentage: 50 } }] },
            },
          ],
        },
      },
    },
    {
      summary: 'Requests from all clients to backend are slow, or fail',
      body: {
        type: 'MeshFaultInjection',
        name: 'backend-is-bad',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshService', name: 'backend' },
          from: [
            {
              targetRef: { kind: 'Mesh' },
              default: {
                http: [
                  { delay: { value: '5s', percentage: '2.5' } },
                  { abort: { httpStatus: 503, percentage: 10 } },
                  { responseBandwidth: { limit: '50kbps', percentage: 50 } },
                ],
              },
            },
          ],
        },
      },
    },
    {
      summary: 'Every field',
      body: {
        type: 'MeshFaultInjection',
        name: 'full',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
          from: [
            {
              targetRef: { kind: 'MeshServiceSubset', name: 'client', tags: { version: 'v1' } },
              default: {
                http: [
                  {
                    abort: { httpStatus: 503, percentage: 50 },
                    delay: { value: '10s', percentage: '5.5' },
                    responseBandwidth: { limit: '100mbps', percentage: 5 },
                  },
                ],
              },
            },
          ],
        },
      },
    },
  ],
});
