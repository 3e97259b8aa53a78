import type { LegacyPolicy } from '../policy.js';
import { virtualOutboundKind } from './kind.js';
import type { VirtualOutbound } from './schema.js';

/** VirtualOutbound: gives services host names; attaches to no proxy. */
export const virtualOutbound: LegacyPolicy<VirtualOutbound> = {
  kind: virtualOutboundKind,
  matching: [],
};
