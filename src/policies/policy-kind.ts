import type { Kind } from '../model/kind.js';
import { noFacets } from '../model/resource.js';

/** What the kinds of targetRef policies do not share. */
type OwnPart<Spec> = Pick<
  Kind<Spec>,
  'type' | 'path' | 'singularDisplayName' | 'pluralDisplayName' | 'schema' | 'validate' | 'examples'
> & {
  /** The sections of the spec that hold confs for peers. */
  readonly sections: readonly ('to' | 'from')[];
};

/** The stored kind of a targetRef policy: of a mesh, its spec below `spec`, without filters in lists. */
export const makePolicyKind = <Spec>({ sections, ...own }: OwnPart<Spec>): Kind<Spec> => ({
  ...own,
  scope: 'mesh',
  form: 'nested',
  facets: () => noFacets,
  readOnly: false,
  boundToMesh: true,
  policy: { isTargetRefBased: true, isInbound: sections.includes('from'), isOutbound: sections.includes('to') },
  kubernetesNamespaced: true,
});
