import { mustBeDefined } from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, needsItem, proxyKinds } from '../peers.js';
import type { MeshTrafficPermission } from './schema.js';

/** The semantic pass. */
export const validateMeshTrafficPermission = ({ targetRef, from }: MeshTrafficPermission): Violation[] => [
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: proxyKinds }),
  ...needsItem('spec.from', from),
  ...checkPeers('spec.from', from, proxyKinds, (path, { action }) =>
    action === undefined ? [mustBeDefined(`${path}.action`)] : [],
  ),
];
