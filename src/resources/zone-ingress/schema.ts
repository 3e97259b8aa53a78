import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';

const availableService = proto.message(
  {
    tags: proto.map(proto.string(), { description: 'Tags of the instances; `kuma.io/service` names the service.' }),
    instances: proto.uint32({ description: 'How many instances have these tags.' }),
    mesh: proto.string({ description: 'Mesh of the service.' }),
    externalService: proto.bool({ description: 'The service is an ExternalService.' }),
  },
  { description: 'A service of the zone that other zones reach through the ingress.' },
);

/** The spec of a ZoneIngress: the one truth of its shape. */
export const zoneIngressSchema = proto.message(
  {
    zone: proto.string({ description: 'Zone that the ingress leads into.' }),
    networking: proto.message(
      {
        address: proto.string({ description: 'IP address or DNS name on which the ingress listens.' }),
        advertisedAddress: proto.string({ description: 'Address under which other zones reach the ingress.' }),
        port: proto.uint32({ description: 'Port on which the ingress listens.' }),
        advertisedPort: proto.uint32({ description: 'Port under which other zones reach the ingress.' }),
        admin: proto.message(
          { port: proto.uint32({ description: "Port of Envoy's admin API." }) },
          { description: "Envoy's admin API." },
        ),
      },
      { description: 'Addresses and ports.' },
    ),
    availableServices: proto.repeated(availableService, { description: 'What the zone offers.' }),
  },
  { description: 'A proxy through which other zones come into a zone.' },
);

/** A ZoneIngress's spec as it is stored; everything may be absent. */
export type ZoneIngressDocument = Static<typeof zoneIngressSchema>;
