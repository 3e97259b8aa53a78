import { rememberByIdentity } from '../lib/remember.js';
import { isIgnored, type Dataplane } from '../model/dataplane.js';

/** All that selectors of policies look at in a Dataplane, as a text: Dataplanes with one text are reached by the same. */
export const shapeOf = rememberByIdentity(({ spec }: Dataplane): string => {
  const { inbound = [], gateway } = spec.networking ?? {};
  return JSON.stringify([
    inbound.map((each) => [each.tags, isIgnored(each)]),
    gateway === undefined ? null : [gateway.type, gateway.tags],
  ]);
});
