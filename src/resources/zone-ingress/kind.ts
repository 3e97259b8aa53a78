import type { Kind } from '../../model/kind.js';
import { noFacets } from '../../model/resource.js';
import { zoneIngressSchema, type ZoneIngressDocument } from './schema.js';
import { validateZoneIngress } from './validate.js';

/** The stored kind ZoneIngress: a proxy through which other zones come into a zone. */
export const zoneIngress: Kind<ZoneIngressDocument> = {
  type: 'ZoneIngress',
  path: 'zone-ingresses',
  scope: 'global',
  singularDisplayName: 'Zone Ingress',
  pluralDisplayName: 'Zone Ingresses',
  form: 'flat',
  schema: zoneIngressSchema,
  validate: validateZoneIngress,
  facets: () => noFacets,
  readOnly: false,
  boundToMesh: false,
  insight: { type: 'ZoneIngressInsight', legacyPath: 'zoneingresses+insights' },
  kubernetesNamespaced: true,
  examples: [
    {
      summary: 'An ingress behind a load balancer, with what its zone offers',
      body: {
        type: 'ZoneIngress',
        name: 'ingress-1',
        zone: 'east',
        networking: {
          address: '192.168.0.1',
          advertisedAddress: '10.0.0.1',
          port: 10001,
          advertisedPort: 20001,
          admin: { port: 9901 },
        },
        availableServices: [
          {
            tags: { 'kuma.io/service': 'backend', version: 'v1' },
            instances: 3,
            mesh: 'default',
            externalService: true,
          },
          { tags: { 'kuma.io/service': 'web' }, instances: 1, mesh: 'default' },
        ],
      },
    },
    {
      summary: 'The least an ingress needs',
      body: { type: 'ZoneIngress', name: 'ingress-2', networking: { port: 10001 } },
    },
  ],
};
