import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

const onRateLimit = proto.message(
  {
    status: proto.uint32Value({ description: 'Status of the answer; absent = 429.' }),
    headers: proto.repeated(
      proto.message({
        key: proto.string({ description: 'Name of the header.' }),
        value: proto.string({ description: 'Value of the header.' }),
        append: proto.boolValue({ description: 'Added to a header of the same name; absent = false.' }),
      }),
      { description: 'Headers that are added to the answer.' },
    ),
  },
  { description: 'How a request beyond the limit is answered.' },
);

/** The spec of a RateLimit: the one truth of its shape. */
export const rateLimitSchema = proto.message(
  {
    ...connectionFields,
    conf: proto.message(
      {
        http: proto.message(
          {
            requests: proto.uint32({ description: 'Requests in an interval.' }),
            interval: proto.duration({ description: 'The time for so many requests.' }),
            onRateLimit,
          },
          { description: 'Limits HTTP requests.' },
        ),
      },
      { description: 'The limit.' },
    ),
  },
  { description: 'Limits how many requests an instance of a service takes.' },
);

/** A RateLimit's spec as it is stored; everything may be absent. */
export type RateLimit = Static<typeof rateLimitSchema>;
