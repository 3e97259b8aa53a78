import type { TSchema } from 'typebox';

import type { Kind } from '../../model/kind.js';
import { noFacets } from '../../model/resource.js';

/** What tells one kind of insight from another. */
interface InsightKind {
  readonly type: string;
  readonly path: string;
  readonly scope: Kind['scope'];
  readonly displayName: string;
  readonly schema: TSchema;
  readonly kubernetesNamespaced?: boolean;
  readonly kubernetesPart?: 'status';
  readonly example: { readonly mesh?: string; readonly name: string; readonly [field: string]: unknown };
}

/** A kind that only the server writes. */
export function defineInsight({ displayName, scope, type, example, kubernetesNamespaced, ...rest }: InsightKind): Kind {
  return {
    ...rest,
    type,
    scope,
    singularDisplayName: displayName,
    pluralDisplayName: `${displayName}s`,
    form: 'flat',
    validate: () => [],
    facets: () => noFacets,
    readOnly: true,
    boundToMesh: scope === 'mesh',
    kubernetesNamespaced: kubernetesNamespaced === true,
    examples: [{ summary: `A ${displayName}`, body: { type, ...example } }],
  };
}
