import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshFaultInjectionKind } from './kind.js';
import type { MeshFaultInjection, MeshFaultInjectionConf } from './schema.js';

/** MeshFaultInjection: makes requests fail or last longer. */
export const meshFaultInjection: Policy<MeshFaultInjection, MeshFaultInjectionConf> = {
  kind: meshFaultInjectionKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  from: mergedSection((spec) => spec.from),
};
