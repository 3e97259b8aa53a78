import { meshTCPRoute } from './mesh-tcp-route/index.js';
import type { Policy } from './policy.js';

/** Every targetRef policy, in the order in which they edit the plan. */
export const policies: readonly Policy[] = [meshTCPRoute];
