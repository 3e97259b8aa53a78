import type { Kind } from './kind.js';
import { noFacets } from './resource.js';

/** What the kinds of policies without targetRef have in common; to spread into a kind. */
export const legacyPolicy = {
  scope: 'mesh',
  form: 'flat',
  facets: () => noFacets,
  readOnly: false,
  boundToMesh: true,
  policy: { isTargetRefBased: false, isInbound: false, isOutbound: false },
  kubernetesNamespaced: false,
} as const satisfies Partial<Kind>;
