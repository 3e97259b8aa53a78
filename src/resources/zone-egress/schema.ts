import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';

/** The spec of a ZoneEgress: the one truth of its shape. */
export const zoneEgressSchema = proto.message(
  {
    zone: proto.string({ description: 'Zone that the egress leads out of.' }),
    networking: proto.message(
      {
        address: proto.string({ description: 'IP address or DNS name on which the egress listens.' }),
        port: proto.uint32({ description: 'Port on which the egress listens.' }),
        admin: proto.message(
          { port: proto.uint32({ description: "Port of Envoy's admin API." }) },
          { description: "Envoy's admin API." },
        ),
      },
      { description: 'Address and ports.' },
    ),
  },
  { description: 'A proxy through which connections leave a zone.' },
);

/** A ZoneEgress's spec as it is stored; everything may be absent. */
export type ZoneEgressDocument = Static<typeof zoneEgressSchema>;
