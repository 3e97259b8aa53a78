import { Type, type Static } from 'typebox';

import { headerName } from '../../model/header-modifier.js';
import { nested } from '../../model/nested.js';
import { goTypeKeyword, readBack } from '../../model/read-back.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { headerMatch } from '../header-match.js';
import { peersOf } from '../peers.js';

const tcp = Type.Object(
  {
    maxConnectAttempt: Type.Optional(nested.uint32({ description: 'How often a connection is tried in all.' })),
  },
  { description: 'Retries of connections.' },
);

const backOff = Type.Optional(
  Type.Object(
    {
      baseInterval: Type.Optional(
        nested.duration({ default: '25ms', description: 'The wait before the first retry; later ones are longer.' }),
      ),
      maxInterval: Type.Optional(
        nested.duration({ description: 'The longest wait; ten times baseInterval when absent.' }),
      ),
    },
    { description: 'Random waits before retries, which grow exponentially.' },
  ),
);

const rateLimitedBackOff = Type.Optional(
  Type.Object(
    {
      resetHeaders: Type.Optional(
        Type.Array(
          Type.Object({
            name: headerName,
            format: nested.oneOf(['Seconds', 'UnixTimestamp'], {
              description: 'How the header says when to come back.',
            }),
          }),
          { description: 'Headers of responses, of which the first that is there counts.' },
        ),
      ),
      maxInterval: Type.Optional(
        nested.duration({ default: '300s', description: 'Longer waits that a header asks for are not kept.' }),
      ),
    },
    { description: 'Waits that the host asked for, instead of backOff.' },
  ),
);

const requests = {
  numRetries: Type.Optional(nested.uint32({ default: 1, description: 'How often a request is tried again.' })),
  perTryTimeout: Type.Optional(nested.duration({ description: 'How long one try may take; 0 sets no limit.' })),
  backOff,
  rateLimitedBackOff,
};

const headerMatches = (description: string) => Type.Optional(Type.Array(headerMatch, { description }));

const predicate = Type.Object({
  predicate: Type.String({ description: 'OmitPreviousHosts, OmitHostsWithTags or OmitPreviousPriorities.' }),
  tags: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      ...readBack.omitEmptyLate,
      description: 'Hosts with these tags are left out; for OmitHostsWithTags.',
    }),
  ),
  updateFrequency: Type.Optional(
    Type.Integer({
      ...readBack.omitEmpty,
      format: 'int32',
      [goTypeKeyword]: 'int32',
      default: 2,
      description: 'After how many tries the priorities are considered anew; for OmitPreviousPriorities.',
    }),
  ),
});

const http = Type.Object(
  {
    ...requests,
    retryOn: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'What is tried again: 5xx, GatewayError, Reset, Retriable4xx, ConnectFailure, EnvoyRatelimited, RefusedStream, Http3PostConnectFailure, a status such as 503; and of which methods, e.g. HttpMethodGet.',
      }),
    ),
    retriableResponseHeaders: headerMatches('Responses with one of these headers are tried again.'),
    retriableRequestHeaders: headerMatches('Only requests with one of these headers are tried again.'),
    hostSelection: Type.Optional(Type.Array(predicate, { description: 'Which hosts are left out when trying again.' })),
    hostSelectionMaxAttempts: Type.Optional(
      Type.Integer({
        format: 'int64',
        [goTypeKeyword]: 'int64',
        description: 'How often another host is looked for before one is taken all the same.',
      }),
    ),
  },
  { description: 'Retries of HTTP requests.' },
);

const grpc = Type.Object(
  {
    ...requests,
    retryOn: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Statuses that are tried again: Canceled, DeadlineExceeded, Internal, ResourceExhausted, Unavailable.',
      }),
    ),
  },
  { description: 'Retries of gRPC requests.' },
);

const conf = Type.Object({ tcp: Type.Optional(tcp), http: Type.Optional(http), grpc: Type.Optional(grpc) });

/** The spec of a MeshRetry: the one truth of its shape. */
export const meshRetrySchema = Type.Object(
  { targetRef: targetRefSchema, to: peersOf(conf, 'Retries of what is sent to destinations.') },
  { description: 'Tries again what failed, if possible elsewhere.' },
);

export type MeshRetry = Static<typeof meshRetrySchema>;
export type MeshRetryConf = Static<typeof conf>;
export type HTTPRetry = Static<typeof http>;
export type GRPCRetry = Static<typeof grpc>;
export type Predicate = Static<typeof predicate>;
