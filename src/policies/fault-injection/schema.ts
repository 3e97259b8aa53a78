import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

const percentage = proto.doubleValue({ description: 'Percentage of the requests, 0 to 100.' });

/** The spec of a FaultInjection: the one truth of its shape. */
export const faultInjectionSchema = proto.message(
  {
    ...connectionFields,
    conf: proto.message(
      {
        delay: proto.message(
          { percentage, value: proto.duration({ description: 'How long a request waits.' }) },
          { description: 'Requests wait.' },
        ),
        abort: proto.message(
          { percentage, httpStatus: proto.uint32Value({ description: 'Status of the answer.' }) },
          { description: 'Requests are answered at once.' },
        ),
        responseBandwidth: proto.message(
          {
            percentage,
            limit: proto.stringValue({ description: 'How fast answers flow, in `kbps`, `mbps` or `gbps`.' }),
          },
          { alt: 'response_bandwidth', description: 'Answers flow slowly.' },
        ),
      },
      { description: 'At least one fault.' },
    ),
  },
  { description: 'Makes HTTP requests fail or wait on purpose.' },
);

/** A FaultInjection's spec as it is stored; everything may be absent. */
export type FaultInjection = Static<typeof faultInjectionSchema>;
