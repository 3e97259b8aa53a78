import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

const idleTimeout = (description: string) => proto.duration({ alt: 'idle_timeout', description });
const streamFields = {
  streamIdleTimeout: proto.duration({
    alt: 'stream_idle_timeout',
    description: 'How long a request may be without a byte sent or received.',
  }),
  maxStreamDuration: proto.duration({ alt: 'max_stream_duration', description: 'How long a request may last.' }),
};

/** The spec of a Timeout: the one truth of its shape. */
export const timeoutSchema = proto.message(
  {
    ...connectionFields,
    conf: proto.message(
      {
        connectTimeout: proto.duration({
          alt: 'connect_timeout',
          description: 'How long making a connection may take.',
        }),
        tcp: proto.message(
          { idleTimeout: idleTimeout('How long a connection may be without a byte sent or received.') },
          { description: 'TCP connections.' },
        ),
        http: proto.message(
          {
            requestTimeout: proto.duration({
              alt: 'request_timeout',
              description: 'How long the whole answer may take, from the end of the request.',
            }),
            idleTimeout: idleTimeout('How long a connection may be without a request.'),
            ...streamFields,
          },
          { description: 'HTTP requests; `requestTimeout` or `idleTimeout` is needed.' },
        ),
        grpc: proto.message(streamFields, { description: 'gRPC requests; at least one is needed.' }),
      },
      { description: 'The timeouts.' },
    ),
  },
  { description: 'How long connections and requests may take.' },
);

/** A Timeout's spec as it is stored; everything may be absent. */
export type Timeout = Static<typeof timeoutSchema>;
