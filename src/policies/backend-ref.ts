import { Type, type Static } from 'typebox';

import { goTypeKeyword } from '../model/read-back.js';
import { targetRefProperties, type TargetRefKind } from '../model/target-ref.js';

/** Kinds that name where traffic can be sent. */
export const backendKinds: readonly TargetRefKind[] = ['MeshService', 'MeshServiceSubset'];

/** A destination of a route, with its share of the traffic. */
export const backendRefSchema = Type.Object(
  {
    ...targetRefProperties,
    weight: Type.Optional(
      Type.Integer({
        [goTypeKeyword]: 'uint',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        default: 1,
        description:
          'Share of the traffic, relative to the sum of all weights of the list; absent counts as 1, 0 takes the reference out of use.',
      }),
    ),
  },
  { description: 'Where to send the traffic.' },
);

export type BackendRef = Static<typeof backendRefSchema>;
