import type { TargetRef } from '../../model/target-ref.js';
import { mergedSection } from '../peers.js';
import type { Policy } from '../policy.js';
import { meshLoadBalancingStrategyKind } from './kind.js';
import type { MeshLoadBalancingStrategy, MeshLoadBalancingStrategyConf } from './schema.js';

/** MeshLoadBalancingStrategy: says which host of a service is chosen. */
export const meshLoadBalancingStrategy: Policy<MeshLoadBalancingStrategy, MeshLoadBalancingStrategyConf> = {
  kind: meshLoadBalancingStrategyKind,
  topTargetRef: (spec) => spec.targetRef as TargetRef,
  to: mergedSection((spec) => spec.to),
};
