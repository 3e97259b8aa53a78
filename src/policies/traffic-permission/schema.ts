import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

/** The spec of a TrafficPermission: the one truth of its shape. */
export const trafficPermissionSchema = proto.message(connectionFields, {
  description: 'Lets sources use destinations in a mesh with mTLS.',
});

/** A TrafficPermission's spec as it is stored; everything may be absent. */
export type TrafficPermission = Static<typeof trafficPermissionSchema>;
