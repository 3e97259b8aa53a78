import { quoteGo } from '../../lib/go-quote.js';
import { secretsOf, type MeshAuthorities } from '../../model/certificate-authority.js';
import type { Kind } from '../../model/kind.js';
import { noFacets, type Resource, type ResourceKey } from '../../model/resource.js';
import { secretSchema, type SecretSpec } from '../../model/secret.js';
import type { Violation } from '../../model/violation.js';

/** What a CA of the mesh needs stays; also a CA that is not enabled. */
function checkDeletion({ name }: ResourceKey, mesh: Resource | undefined): Violation[] {
  if (mesh === undefined) return [];
  const { mtls } = mesh.spec as MeshAuthorities;
  return (mtls?.backends ?? [])
    .filter((backend) => secretsOf(mesh.name, backend).includes(name))
    .map((backend) => {
      const [secret, inMesh, used] = [name, mesh.name, backend.name ?? ''].map(quoteGo);
      const message = `The secret ${secret} that you are trying to remove is currently in use in Mesh ${inMesh} in mTLS backend ${used}. Please remove the reference from the ${used} backend before removing the secret.`;
      return { field: 'name', message };
    });
}

/** The stored kind Secret: a secret of a mesh, which need not exist (as in Kuma 2.5, a provided CA comes before it). */
export const secret: Kind<SecretSpec> = {
  type: 'Secret',
  path: 'secrets',
  scope: 'mesh',
  singularDisplayName: 'Secret',
  pluralDisplayName: 'Secrets',
  form: 'flat',
  schema: secretSchema,
  validate: () => [],
  facets: () => noFacets,
  adminOnly: true,
  readOnly: false,
  boundToMesh: false,
  deletion: { check: checkDeletion },
  kubernetesNamespaced: false,
  examples: [
    { summary: 'A secret', body: { type: 'Secret', mesh: 'default', name: 'ca-key', data: 'c2VjcmV0' } },
    { summary: 'An empty secret', body: { type: 'Secret', mesh: 'default', name: 'later' } },
  ],
};
