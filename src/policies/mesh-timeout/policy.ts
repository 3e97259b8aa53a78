import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshTimeoutKind } from './kind.js';
import type { MeshTimeout, MeshTimeoutConf } from './schema.js';

/** MeshTimeout: how long connections, requests and silence may last. */
export const meshTimeout: Policy<MeshTimeout, MeshTimeoutConf> = {
  kind: meshTimeoutKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  from: mergedSection((spec) => spec.from),
};
