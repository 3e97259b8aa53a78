import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshRateLimitKind } from './kind.js';
import type { MeshRateLimit, MeshRateLimitConf } from './schema.js';

/** MeshRateLimit: limits how many requests and connections a proxy takes. */
export const meshRateLimit: Policy<MeshRateLimit, MeshRateLimitConf> = {
  kind: meshRateLimitKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  from: mergedSection((spec) => spec.from),
};
