import { makePolicyKind } from '../policy-kind.js';
import { meshHTTPRouteExamples } from './examples.js';
import { meshHTTPRouteSchema, type MeshHTTPRoute } from './schema.js';
import { validateMeshHTTPRoute } from './validate.js';

/** The stored kind MeshHTTPRoute. */
export const meshHTTPRouteKind = makePolicyKind<MeshHTTPRoute>({
  type: 'MeshHTTPRoute',
  path: 'meshhttproutes',
  singularDisplayName: 'Mesh HTTP Route',
  pluralDisplayName: 'Mesh HTTP Routes',
  sections: ['to'],
  schema: meshHTTPRouteSchema,
  validate: validateMeshHTTPRoute,
  examples: meshHTTPRouteExamples,
});
