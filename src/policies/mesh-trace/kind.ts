import { makePolicyKind } from '../policy-kind.js';
import { meshTraceExamples } from './examples.js';
import { meshTraceSchema, type MeshTrace } from './schema.js';
import { validateMeshTrace } from './validate.js';

/** The stored kind MeshTrace. */
export const meshTraceKind = makePolicyKind<MeshTrace>({
  type: 'MeshTrace',
  path: 'meshtraces',
  singularDisplayName: 'Mesh Trace',
  pluralDisplayName: 'Mesh Traces',
  sections: [],
  schema: meshTraceSchema,
  validate: validateMeshTrace,
  examples: meshTraceExamples,
});
