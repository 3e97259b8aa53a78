import { createHash } from 'node:crypto';

import { rememberByIdentity } from '../lib/remember.js';
import { isIgnored, type Dataplane } from '../model/dataplane.js';

/** Stands for all that selectors of policies look at in a Dataplane: those with one shape are reached by the same. */
export const shapeOf = rememberByIdentity(({ spec }: Dataplane): string => {
  const { inbound = [], gateway } = spec.networking ?? {};
  const looked = JSON.stringify([
    inbound.map((each) => [each.tags, isIgnored(each)]),
    gateway === undefined ? null : [gateway.type, gateway.tags],
  ]);
  return createHash('sha256').update(looked).digest('base64');
});
