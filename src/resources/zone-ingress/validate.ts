import { checkTags } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import { checkZoneProxy } from '../../model/zone-proxy.js';
import type { ZoneIngressDocument } from './schema.js';

/** The semantic pass of a ZoneIngress: every violation, in Kuma's order. */
export const validateZoneIngress = ({ networking, availableServices = [] }: ZoneIngressDocument): Violation[] => [
  ...checkZoneProxy(networking),
  // Kuma 2.5 names the field in the singular
  ...availableServices.flatMap(({ tags }, i) =>
    checkTags(`availableService[${i}].tags`, tags, { values: 'tags', serviceRequired: true }),
  ),
];
