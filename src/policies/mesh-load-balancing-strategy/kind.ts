import { makePolicyKind } from '../policy-kind.js';
import { meshLoadBalancingStrategyExamples } from './examples.js';
import { meshLoadBalancingStrategySchema, type MeshLoadBalancingStrategy } from './schema.js';
import { validateMeshLoadBalancingStrategy } from './validate.js';

/** The stored kind MeshLoadBalancingStrategy. */
export const meshLoadBalancingStrategyKind = makePolicyKind<MeshLoadBalancingStrategy>({
  type: 'MeshLoadBalancingStrategy',
  path: 'meshloadbalancingstrategies',
  singularDisplayName: 'Mesh Load Balancing Strategy',
  pluralDisplayName: 'Mesh Load Balancing Strategies',
  sections: ['to'],
  schema: meshLoadBalancingStrategySchema,
  validate: validateMeshLoadBalancingStrategy,
  examples: meshLoadBalancingStrategyExamples,
});
