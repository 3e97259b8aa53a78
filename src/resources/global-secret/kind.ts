import type { Kind } from '../../model/kind.js';
import { noFacets } from '../../model/resource.js';
import { secretSchema, type SecretSpec } from '../../model/secret.js';

/** The stored kind GlobalSecret: a secret of the control plane as a whole. */
export const globalSecret: Kind<SecretSpec> = {
  type: 'GlobalSecret',
  path: 'global-secrets',
  scope: 'global',
  singularDisplayName: 'Global Secret',
  pluralDisplayName: 'Global Secrets',
  form: 'flat',
  schema: secretSchema,
  validate: () => [],
  facets: () => noFacets,
  adminOnly: true,
  readOnly: false,
  boundToMesh: false,
  kubernetesNamespaced: false,
  examples: [
    {
      summary: 'A list of user tokens that are no longer accepted',
      body: { type: 'GlobalSecret', name: 'user-token-revocations', data: 'MGU0YzcxNGI=' },
    },
    {
      summary: 'A value for all meshes',
      body: { type: 'GlobalSecret', name: 'shared-value', data: 'c2VjcmV0' },
    },
  ],
};
