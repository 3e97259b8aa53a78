import { Type, type Static } from 'typebox';

import { nested } from '../../model/nested.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { peersOf } from '../peers.js';

const percentage = nested.intOrString({
  description: 'Share of the requests, from 0 to 100: a number, or a decimal as text.',
});

const fault = Type.Object(
  {
    abort: Type.Optional(
      Type.Object(
        { httpStatus: nested.int32({ description: 'The status that is answered, from 100 to 599.' }), percentage },
        { description: 'Answers requests instead of passing them on.' },
      ),
    ),
    delay: Type.Optional(
      Type.Object(
        { value: nested.duration({ description: 'How long a response is held back.' }), percentage },
        { description: 'Holds responses back.' },
      ),
    ),
    responseBandwidth: Type.Optional(
      Type.Object(
        { limit: Type.String({ description: 'With its unit gbps, mbps or kbps, as in 50kbps.' }), percentage },
        { description: 'Slows responses down.' },
      ),
    ),
  },
  { description: 'Faults that are injected together.' },
);

const conf = Type.Object({
  http: Type.Optional(Type.Array(fault, { description: 'Faults of HTTP traffic; the list is replaced as a whole.' })),
});

/** The spec of a MeshFaultInjection: the one truth of its shape. */
export const meshFaultInjectionSchema = Type.Object(
  { targetRef: targetRefSchema, from: peersOf(conf, 'Faults for requests from clients.') },
  { description: 'Makes requests fail or last longer, to see how their senders cope.' },
);

export type MeshFaultInjection = Static<typeof meshFaultInjectionSchema>;
export type MeshFaultInjectionConf = Static<typeof conf>;
