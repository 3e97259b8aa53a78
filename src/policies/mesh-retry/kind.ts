import { makePolicyKind } from '../policy-kind.js';
import { meshRetryExamples } from './examples.js';
import { meshRetrySchema, type MeshRetry } from './schema.js';
import { validateMeshRetry } from './validate.js';

/** The stored kind MeshRetry. */
export const meshRetryKind = makePolicyKind<MeshRetry>({
  type: 'MeshRetry',
  path: 'meshretries',
  singularDisplayName: 'Mesh Retry',
  pluralDisplayName: 'Mesh Retries',
  sections: ['to'],
  schema: meshRetrySchema,
  validate: validateMeshRetry,
  examples: meshRetryExamples,
});
