import type { TargetRef } from '../../model/target-ref.js';
import { mergeFields } from '../../rules/merge.js';
import type { Policy } from '../policy.js';
import { meshTraceKind } from './kind.js';
import type { MeshTrace, MeshTraceConf } from './schema.js';

/** MeshTrace: sends traces of requests. */
export const meshTrace: Policy<MeshTrace, MeshTraceConf> = {
  kind: meshTraceKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  single: { items: (spec, origin) => [{ subset: {}, conf: spec.default, origin }], merge: mergeFields },
};
