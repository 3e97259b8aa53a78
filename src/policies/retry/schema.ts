import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

const requestRetries = {
  numRetries: proto.uint32Value({ alt: 'num_retries', description: 'Retries of a request.' }),
  perTryTimeout: proto.duration({ alt: 'per_try_timeout', description: 'How long one try may take.' }),
  backOff: proto.message(
    {
      baseInterval: proto.duration({ alt: 'base_interval', description: 'The first wait is at random up to this.' }),
      maxInterval: proto.duration({
        alt: 'max_interval',
        description: 'No wait is longer; absent = ten times the base.',
      }),
    },
    { alt: 'back_off', description: 'How long retries wait; each up to twice as long as the one before.' },
  ),
};

const http = proto.message(
  {
    ...requestRetries,
    retriableStatusCodes: proto.repeated(proto.uint32(), {
      alt: 'retriable_status_codes',
      description: 'Statuses that are tried again.',
    }),
    retriableMethods: proto.repeated(
      proto.enum(['NONE', 'CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']),
      { alt: 'retriable_methods', description: 'Methods that are tried again; empty = all.' },
    ),
    retryOn: proto.repeated(
      proto.enum([
        'all_5xx',
        'gateway_error',
        'reset',
        'connect_failure',
        'envoy_ratelimited',
        'retriable_4xx',
        'refused_stream',
        'retriable_status_codes',
        'retriable_headers',
        'http3_post_connect_failure',
      ]),
      { alt: 'retry_on', description: 'What is tried again.' },
    ),
  },
  { description: 'Retries of HTTP requests.' },
);

const tcp = proto.message(
  { maxConnectAttempts: proto.uint32({ alt: 'max_connect_attempts', description: 'Tries, the first one counted.' }) },
  { description: 'Retries of TCP connections.' },
);

const grpc = proto.message(
  {
    retryOn: proto.repeated(
      proto.enum(['cancelled', 'deadline_exceeded', 'internal', 'resource_exhausted', 'unavailable']),
      { alt: 'retry_on', description: 'What is tried again; each once.' },
    ),
    ...requestRetries,
  },
  { description: 'Retries of gRPC requests.' },
);

/** The spec of a Retry: the one truth of its shape. */
export const retrySchema = proto.message(
  { ...connectionFields, conf: proto.message({ http, tcp, grpc }, { description: 'At least one protocol.' }) },
  { description: 'Tries again what failed.' },
);

/** A Retry's spec as it is stored; everything may be absent. */
export type Retry = Static<typeof retrySchema>;
