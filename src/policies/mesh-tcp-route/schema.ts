import { Type, type Static } from 'typebox';

import { goTypeKeyword, readBack } from '../../model/read-back.js';
import { targetRefProperties, targetRefSchema } from '../../model/target-ref.js';

const backendRef = Type.Object(
  {
    ...targetRefProperties,
    weight: Type.Optional(
      Type.Integer({
        [goTypeKeyword]: 'uint',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        default: 1,
        description:
          'Share of the connections, relative to the sum of all weights of the list; absent counts as 1, 0 takes the reference out of use.',
      }),
    ),
  },
  { description: 'Where to send the connections.' },
);

const rule = Type.Object({
  default: Type.Object(
    { backendRefs: Type.Array(backendRef, { minItems: 1, description: 'The destinations and their weights.' }) },
    { description: 'What can be merged with the rules of other policies; lists are replaced as a whole.' },
  ),
});

const to = Type.Object({
  targetRef: targetRefSchema,
  rules: Type.Optional(
    Type.Array(rule, {
      ...readBack.omitEmpty,
      maxItems: 1,
      description: 'At most one rule; without a rule the connections go to the destination itself.',
    }),
  ),
});

/** The spec of a MeshTCPRoute: the one truth of its shape. */
export const meshTCPRouteSchema = Type.Object(
  {
    targetRef: targetRefSchema,
    to: Type.Optional(
      Type.Array(to, {
        ...readBack.omitEmpty,
        minItems: 1,
        description: 'The destinations whose connections are rerouted.',
      }),
    ),
  },
  { description: 'Sends the TCP connections that selected proxies open to a service elsewhere, in shares.' },
);

export type MeshTCPRoute = Static<typeof meshTCPRouteSchema>;
export type MeshTCPRouteTo = NonNullable<MeshTCPRoute['to']>[number];
export type BackendRef = Static<typeof backendRef>;
