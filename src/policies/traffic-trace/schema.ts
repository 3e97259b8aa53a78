import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { selectorList } from '../../model/selector.js';

/** The spec of a TrafficTrace: the one truth of its shape. */
export const trafficTraceSchema = proto.message(
  {
    selectors: selectorList('The proxies that send traces.'),
    conf: proto.message(
      {
        backend: proto.string({
          description: 'Name of a tracing backend of the mesh; absent = the default backend of the mesh.',
        }),
      },
      { description: 'Where the traces go.' },
    ),
  },
  { description: 'Makes proxies send traces of the requests that they pass on.' },
);

/** A TrafficTrace's spec as it is stored; everything may be absent. */
export type TrafficTrace = Static<typeof trafficTraceSchema>;
