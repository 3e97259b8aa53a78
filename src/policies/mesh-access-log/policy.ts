import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshAccessLogKind } from './kind.js';
import type { MeshAccessLog, MeshAccessLogConf } from './schema.js';

/** MeshAccessLog: logs connections and requests. */
export const meshAccessLog: Policy<MeshAccessLog, MeshAccessLogConf> = {
  kind: meshAccessLogKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  from: mergedSection((spec) => spec.from),
};
