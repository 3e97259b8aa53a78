import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshTrafficPermissionKind } from './kind.js';
import type { MeshTrafficPermission, MeshTrafficPermissionConf } from './schema.js';

/** MeshTrafficPermission: says which clients may talk to a service. */
export const meshTrafficPermission: Policy<MeshTrafficPermission, MeshTrafficPermissionConf> = {
  kind: meshTrafficPermissionKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  from: mergedSection((spec) => spec.from),
};
