import { meshTCPRoute } from './mesh-tcp-route/index.js';
import type { LegacyPolicy, Policies, Policy } from './policy.js';

/** Every targetRef policy, in the order in which they edit the plan. */
const targetRef: readonly Policy[] = [meshTCPRoute];

/** Every policy of the older form, by type. */
const legacy: readonly LegacyPolicy[] = [];

export const policies: Policies = { targetRef, legacy };
