import { makePolicyKind } from '../policy-kind.js';
import { meshProxyPatchExamples } from './examples.js';
import { meshProxyPatchSchema, type MeshProxyPatch } from './schema.js';
import { validateMeshProxyPatch } from './validate.js';

/** The stored kind MeshProxyPatch. */
export const meshProxyPatchKind = makePolicyKind<MeshProxyPatch>({
  type: 'MeshProxyPatch',
  path: 'meshproxypatches',
  singularDisplayName: 'Mesh Proxy Patch',
  pluralDisplayName: 'Mesh Proxy Patches',
  sections: [],
  schema: meshProxyPatchSchema,
  validate: validateMeshProxyPatch,
  examples: meshProxyPatchExamples,
});
