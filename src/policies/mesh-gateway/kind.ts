import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { meshGatewaySchema, type MeshGateway } from './schema.js';
import { validateMeshGateway } from './validate.js';

/** The stored kind MeshGateway. */
export const meshGatewayKind: Kind<MeshGateway> = {
  ...legacyPolicy,
  type: 'MeshGateway',
  path: 'meshgateways',
  singularDisplayName: 'Mesh Gateway',
  pluralDisplayName: 'Mesh Gateways',
  schema: meshGatewaySchema,
  validate: validateMeshGateway,
  examples: [
    {
      summary: 'A port for HTTP, and one for TCP',
      body: {
        type: 'MeshGateway',
        mesh: 'default',
        name: 'edge',
        selectors: [{ match: { 'kuma.io/service': 'edge' } }],
        conf: {
          listeners: [
            { port: 8080, protocol: 'HTTP', tags: { port: 'http' } },
            { port: 9090, protocol: 'TCP', tags: { port: 'tcp' } },
          ],
        },
      },
    },
    {
      summary: 'Hosts with TLS that ends at the gateway or at the backend, and a limit of connections',
      body: {
        type: 'MeshGateway',
        mesh: 'default',
        name: 'edge-with-tls',
        selectors: [{ match: { 'kuma.io/service': 'edge-gateway' } }],
        tags: { product: 'edge' },
        conf: {
          listeners: [
            {
              hostname: 'foo.example.com',
              port: 8443,
              protocol: 'HTTPS',
              tls: {
                mode: 'TERMINATE',
                certificates: [{ secret: 'cert-1' }, { inlineString: 'PEM' }],
                options: {},
              },
              tags: { name: 'foo' },
              resources: { connectionLimit: 10000 },
            },
            { hostname: '*.example.com', port: 8080, protocol: 'HTTP', tags: { name: 'wild' } },
            { port: 9000, protocol: 'TCP' },
            { hostname: 'pass.example.com', port: 9443, protocol: 'TLS', tls: { mode: 'PASSTHROUGH' } },
          ],
        },
      },
    },
    {
      summary: 'A listener for clients in other meshes',
      body: {
        type: 'MeshGateway',
        mesh: 'default',
        name: 'cross-mesh',
        selectors: [{ match: { 'kuma.io/service': 'cross-mesh' } }],
        conf: {
          listeners: [{ hostname: 'backend.default.mesh', port: 8080, protocol: 'HTTP', crossMesh: true }],
        },
      },
    },
  ],
};
