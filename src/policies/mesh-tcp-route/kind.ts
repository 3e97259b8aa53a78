import type { Kind } from '../../model/kind.js';
import { noFacets } from '../../model/resource.js';
import { meshTCPRouteSchema, type MeshTCPRoute } from './schema.js';
import { validateMeshTCPRoute } from './validate.js';

/** The stored kind MeshTCPRoute. */
export const meshTCPRouteKind: Kind<MeshTCPRoute> = {
  type: 'MeshTCPRoute',
  path: 'meshtcproutes',
  scope: 'mesh',
  singularDisplayName: 'Mesh TCP Route',
  pluralDisplayName: 'Mesh TCP Routes',
  form: 'nested',
  schema: meshTCPRouteSchema,
  validate: validateMeshTCPRoute,
  facets: () => noFacets,
  readOnly: false,
  boundToMesh: true,
  policy: { isTargetRefBased: true, isInbound: false, isOutbound: true },
  kubernetesNamespaced: true,
  examples: [
    {
      summary: 'Traffic split: 90 % of the connections to backend go to version v0, 10 % to v1',
      body: {
        type: 'MeshTCPRoute',
        name: 'tcp-route-1',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshSubset', tags: { app: 'frontend' } },
          to: [
            {
              targetRef: { kind: 'MeshService', name: 'backend' },
              rules: [
                {
                  default: {
                    backendRefs: [
                      { kind: 'MeshServiceSubset', name: 'backend', tags: { version: 'v0' }, weight: 90 },
                      { kind: 'MeshServiceSubset', name: 'backend', tags: { version: 'v1' }, weight: 10 },
                    ],
                  },
                },
              ],
            },
          ],
        },
      },
    },
    {
      summary: 'Redirection: all connections to backend go to external-backend',
      body: {
        type: 'MeshTCPRoute',
        name: 'tcp-route-1',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshSubset', tags: { app: 'frontend' } },
          to: [
            {
              targetRef: { kind: 'MeshService', name: 'backend' },
              rules: [{ default: { backendRefs: [{ kind: 'MeshService', name: 'external-backend' }] } }],
            },
          ],
        },
      },
    },
    {
      summary: 'Traffic of a builtin gateway: the TCP listeners tagged port=tcp go to backend',
      body: {
        type: 'MeshTCPRoute',
        name: 'gateway-route',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshGateway', name: 'edge', tags: { port: 'tcp' } },
          to: [
            {
              targetRef: { kind: 'Mesh' },
              rules: [{ default: { backendRefs: [{ kind: 'MeshService', name: 'backend' }] } }],
            },
          ],
        },
      },
    },
  ],
};
