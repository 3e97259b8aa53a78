import { Type, type Static } from 'typebox';

import { readBack } from '../../model/read-back.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { backendRefSchema } from '../backend-ref.js';

const rule = Type.Object({
  default: Type.Object(
    { backendRefs: Type.Array(backendRefSchema, { minItems: 1, description: 'The destinations and their weights.' }) },
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
