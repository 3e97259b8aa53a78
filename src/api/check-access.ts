import { describeIdentity, isAdministrator, type Identity } from '../access/identity.js';
import type { Kind } from '../model/kind.js';
import type { Problem } from '../model/problem.js';

/** Why the identity may not do what is left to administrators; undefined when it may. */
export const refuseAction = (identity: Identity): Problem | undefined =>
  isAdministrator(identity) ? undefined : { problem: 'forbidden', detail: 'action not allowed' };

/** Why the identity may neither see nor write resources of the kind; undefined when it may. */
export const refuseAccess = (kind: Kind, identity: Identity): Problem | undefined =>
  kind.adminOnly !== true || isAdministrator(identity)
    ? undefined
    : {
        problem: 'forbidden',
        detail: `user "${describeIdentity(identity)}" cannot access the resource of type "${kind.type}"`,
      };
