import type { Kind } from '../../model/kind.js';
import { noFacets } from '../../model/resource.js';
import { checkZoneProxy } from '../../model/zone-proxy.js';
import { zoneEgressSchema, type ZoneEgressDocument } from './schema.js';

/** The stored kind ZoneEgress: a proxy through which connections leave a zone. */
export const zoneEgress: Kind<ZoneEgressDocument> = {
  type: 'ZoneEgress',
  path: 'zoneegresses',
  scope: 'global',
  singularDisplayName: 'Zone Egress',
  pluralDisplayName: 'Zone Egresses',
  form: 'flat',
  schema: zoneEgressSchema,
  validate: ({ networking }) => checkZoneProxy(networking),
  facets: () => noFacets,
  readOnly: false,
  boundToMesh: false,
  insight: { type: 'ZoneEgressInsight', legacyPath: 'zoneegressoverviews' },
  kubernetesNamespaced: true,
  examples: [
    {
      summary: 'An egress of a zone',
      body: {
        type: 'ZoneEgress',
        name: 'egress-1',
        zone: 'east',
        networking: { address: '192.168.0.2', port: 10002, admin: { port: 9901 } },
      },
    },
    {
      summary: 'The least an egress needs',
      body: { type: 'ZoneEgress', name: 'egress-2', networking: { port: 10002 } },
    },
  ],
};
