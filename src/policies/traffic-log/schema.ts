import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

/** The spec of a TrafficLog: the one truth of its shape. */
export const trafficLogSchema = proto.message(
  {
    ...connectionFields,
    conf: proto.message(
      { backend: proto.string({ description: "Name of a logging backend of the mesh; absent = the mesh's default." }) },
      { description: 'Where the log goes.' },
    ),
  },
  { description: 'Logs connections and requests.' },
);

/** A TrafficLog's spec as it is stored; everything may be absent. */
export type TrafficLog = Static<typeof trafficLogSchema>;
