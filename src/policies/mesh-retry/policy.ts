import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshRetryKind } from './kind.js';
import type { MeshRetry, MeshRetryConf } from './schema.js';

/** MeshRetry: tries again what failed. */
export const meshRetry: Policy<MeshRetry, MeshRetryConf> = {
  kind: meshRetryKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
};
