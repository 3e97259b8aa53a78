import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';

/** The spec of a Zone: the one truth of its shape. */
export const zoneSchema = proto.message(
  { enabled: proto.boolValue({ description: 'Whether the zone takes part in the mesh; absent = true.' }) },
  { description: 'A control plane of its own for a part of the mesh.' },
);

/** A Zone's spec as it is stored. */
export type ZoneDocument = Static<typeof zoneSchema>;
