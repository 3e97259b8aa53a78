import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshCircuitBreakerKind } from './kind.js';
import type { MeshCircuitBreaker, MeshCircuitBreakerConf } from './schema.js';

/** MeshCircuitBreaker: limits connections and requests, and ejects hosts that fail. */
export const meshCircuitBreaker: Policy<MeshCircuitBreaker, MeshCircuitBreakerConf> = {
  kind: meshCircuitBreakerKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
  from: mergedSection((spec) => spec.from),
};
