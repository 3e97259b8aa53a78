import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshHealthCheckKind } from './kind.js';
import type { MeshHealthCheck, MeshHealthCheckConf } from './schema.js';

/** MeshHealthCheck: asks hosts whether they are well. */
export const meshHealthCheck: Policy<MeshHealthCheck, MeshHealthCheckConf> = {
  kind: meshHealthCheckKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
};
