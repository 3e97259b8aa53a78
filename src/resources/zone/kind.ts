import { isOnline, type WithSubscriptions } from '../../model/insight.js';
import type { Kind } from '../../model/kind.js';
import { noFacets } from '../../model/resource.js';
import { zoneSchema, type ZoneDocument } from './schema.js';

/** The stored kind Zone: a control plane of its own for a part of the mesh. Nothing of it can be wrong by itself. */
export const zone: Kind<ZoneDocument> = {
  type: 'Zone',
  path: 'zones',
  scope: 'global',
  singularDisplayName: 'Zone',
  pluralDisplayName: 'Zones',
  form: 'flat',
  schema: zoneSchema,
  validate: () => [],
  facets: () => noFacets,
  readOnly: false,
  boundToMesh: false,
  insight: {
    type: 'ZoneInsight',
    legacyPath: 'zones+insights',
    blocksDeletion: (insight) =>
      isOnline(insight as WithSubscriptions)
        ? [{ field: 'zone', message: 'unable to delete Zone, Zone CP is still connected, please shut it down first' }]
        : [],
  },
  kubernetesNamespaced: false,
  examples: [
    { summary: 'A zone', body: { type: 'Zone', name: 'east', enabled: true } },
    { summary: 'A zone that is shut off', body: { type: 'Zone', name: 'west', enabled: false } },
  ],
};
