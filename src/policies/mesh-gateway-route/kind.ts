import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { meshGatewayRouteSchema, type MeshGatewayRoute } from './schema.js';
import { validateMeshGatewayRoute } from './validate.js';

/** The stored kind MeshGatewayRoute. */
export const meshGatewayRouteKind: Kind<MeshGatewayRoute> = {
  ...legacyPolicy,
  type: 'MeshGatewayRoute',
  path: 'meshgatewayroutes',
  singularDisplayName: 'Mesh Gateway Route',
  pluralDisplayName: 'Mesh Gateway Routes',
  schema: meshGatewayRouteSchema,
  validate: validateMeshGatewayRoute,
  examples: [
    {
      summary: 'All requests that reach the gateway go to backend',
      body: {
        type: 'MeshGatewayRoute',
        mesh: 'default',
        name: 'edge-http',
        selectors: [{ match: { 'kuma.io/service': 'edge', port: 'http' } }],
        conf: {
          http: {
            rules: [
              {
                matches: [{ path: { match: 'PREFIX', value: '/' } }],
                backends: [{ weight: 1, destination: { 'kuma.io/service': 'backend' } }],
              },
            ],
          },
        },
      },
    },
    {
      summary: 'The TCP connections of some listeners are split between two versions',
      body: {
        type: 'MeshGatewayRoute',
        mesh: 'default',
        name: 'edge-tcp',
        selectors: [{ match: { 'kuma.io/service': 'edge', port: 'tcp' } }],
        conf: {
          tcp: {
            rules: [
              {
                backends: [
                  { weight: 90, destination: { 'kuma.io/service': 'backend', version: 'v0' } },
                  { weight: 10, destination: { 'kuma.io/service': 'backend', version: 'v1' } },
                ],
              },
            ],
          },
        },
      },
    },
    {
      summary: 'All kinds of matches and filters',
      body: {
        type: 'MeshGatewayRoute',
        mesh: 'default',
        name: 'matches-and-filters',
        selectors: [{ match: { 'kuma.io/service': 'edge-gateway' } }],
        conf: {
          http: {
            hostnames: ['foo.example.com'],
            rules: [
              {
                matches: [
                  {
                    path: { match: 'PREFIX', value: '/api' },
                    method: 'GET',
                    headers: [
                      { name: 'x-a', value: '1' },
                      { match: 'REGEX', name: 'x-b', value: '.*' },
                      { match: 'ABSENT', name: 'x-c' },
                      { match: 'PRESENT', name: 'x-d' },
                    ],
                    queryParameters: [
                      { name: 'q', value: '1' },
                      { match: 'REGEX', name: 'r', value: '.*' },
                    ],
                  },
                  { path: { value: '/exact' } },
                  { path: { match: 'REGEX', value: '^/r.*' } },
                ],
                filters: [
                  {
                    requestHeader: {
                      set: [{ name: 'x-s', value: '1' }],
                      add: [{ name: 'x-t', value: '2' }],
                      remove: ['x-u'],
                    },
                  },
                  {
                    mirror: {
                      backend: { weight: 1, destination: { 'kuma.io/service': 'mirror' } },
                      percentage: 12.5,
                    },
                  },
                  { rewrite: { replacePrefixMatch: '/v2', hostToBackendHostname: true } },
                  {
                    responseHeader: {
                      set: [{ name: 'x-v', value: '3' }],
                      add: [{ name: 'x-w', value: '4' }],
                      remove: ['x-x'],
                    },
                  },
                ],
                backends: [
                  { weight: 90, destination: { 'kuma.io/service': 'backend', version: 'v1' } },
                  { weight: 10, destination: { 'kuma.io/service': 'backend' } },
                ],
              },
              {
                matches: [{ path: { match: 'PREFIX', value: '/old' } }],
                filters: [
                  {
                    redirect: {
                      scheme: 'https',
                      hostname: 'new.example.com',
                      port: 8443,
                      statusCode: 301,
                      path: { replaceFull: '/new' },
                    },
                  },
                ],
              },
            ],
          },
        },
      },
    },
  ],
};
