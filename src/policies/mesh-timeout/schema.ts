import { Type, type Static } from 'typebox';

import { nested } from '../../model/nested.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { peersOf } from '../peers.js';

const http = Type.Object(
  {
    requestTimeout: Type.Optional(
      nested.duration({
        default: '15s',
        description: 'From the end of a request to the end of its response; 0 switches it off.',
      }),
    ),
    streamIdleTimeout: Type.Optional(
      nested.duration({ default: '30m', description: 'How long a stream may be silent; 0 switches it off.' }),
    ),
    maxStreamDuration: Type.Optional(
      nested.duration({ default: '0s', description: 'How long a stream may last; 0 means any time.' }),
    ),
    maxConnectionDuration: Type.Optional(
      nested.duration({
        default: '0s',
        description: 'How long a connection may last before it is drained; 0 means any time.',
      }),
    ),
  },
  { description: 'Timeouts of HTTP.' },
);

const conf = Type.Object({
  connectionTimeout: Type.Optional(
    nested.duration({ default: '5s', description: 'How long it may take to open a connection; more than 0.' }),
  ),
  idleTimeout: Type.Optional(
    nested.duration({ default: '1h', description: 'How long a connection may be silent; 0 switches it off.' }),
  ),
  http: Type.Optional(http),
});

/** The spec of a MeshTimeout: the one truth of its shape. */
export const meshTimeoutSchema = Type.Object(
  {
    targetRef: targetRefSchema,
    to: peersOf(conf, 'Timeouts of connections to destinations.'),
    from: peersOf(conf, 'Timeouts of connections from clients.'),
  },
  { description: 'Limits how long connections, requests and silence may last.' },
);

export type MeshTimeout = Static<typeof meshTimeoutSchema>;
export type MeshTimeoutConf = Static<typeof conf>;
