import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

const tcp = proto.message(
  {
    send: proto.bytesValue({ description: 'What is sent; absent = only the connection is made.' }),
    receive: proto.repeated(proto.bytesValue(), { description: 'What the answer must contain, in this order.' }),
  },
  { description: 'A TCP connection is the check; not together with `http`.' },
);

const http = proto.message(
  {
    path: proto.string({ description: 'Path of the request.' }),
    requestHeadersToAdd: proto.repeated(
      proto.message({
        header: proto.message(
          {
            key: proto.string({ description: 'Name of the header.' }),
            value: proto.string({ description: 'Value of the header.' }),
          },
          { description: 'The header.' },
        ),
        append: proto.boolValue({ description: 'Added to a header of the same name; absent = true.' }),
      }),
      { alt: 'request_headers_to_add', description: 'Headers of the request.' },
    ),
    expectedStatuses: proto.repeated(proto.uint32Value(), {
      alt: 'expected_statuses',
      description: 'Statuses of a healthy endpoint, 100 to 599; empty = 200.',
    }),
  },
  { description: 'An HTTP request is the check; not together with `tcp`.' },
);

/** The spec of a HealthCheck: the one truth of its shape. */
export const healthCheckSchema = proto.message(
  {
    ...connectionFields,
    conf: proto.message(
      {
        interval: proto.duration({ description: 'Time between two checks of a healthy endpoint.' }),
        timeout: proto.duration({ description: 'How long a check may take.' }),
        unhealthyThreshold: proto.uint32({
          alt: 'unhealthy_threshold',
          description: 'Failures in a row that make an endpoint unhealthy.',
        }),
        healthyThreshold: proto.uint32({
          alt: 'healthy_threshold',
          description: 'Successes in a row that make an endpoint healthy.',
        }),
        initialJitter: proto.duration({
          alt: 'initial_jitter',
          description: 'The first check waits at random, at most so long.',
        }),
        intervalJitter: proto.duration({
          alt: 'interval_jitter',
          description: 'Every check waits at random, at most so long.',
        }),
        intervalJitterPercent: proto.uint32({
          alt: 'interval_jitter_percent',
          description: 'Every check waits at random, at most this percentage of the interval.',
        }),
        healthyPanicThreshold: proto.floatValue({
          alt: 'healthy_panic_threshold',
          description: 'Below this percentage of healthy endpoints all are used, 0 to 100; absent = 50.',
        }),
        failTrafficOnPanic: proto.boolValue({
          alt: 'fail_traffic_on_panic',
          description: 'Below that percentage none are used.',
        }),
        eventLogPath: proto.string({
          alt: 'event_log_path',
          description: 'File to which changes of health are written.',
        }),
        alwaysLogHealthCheckFailures: proto.boolValue({
          alt: 'always_log_health_check_failures',
          description: 'Every failure is written, not only the first.',
        }),
        noTrafficInterval: proto.duration({
          alt: 'no_traffic_interval',
          description: 'Time between two checks while a service has had no requests.',
        }),
        tcp,
        http,
        reuseConnection: proto.boolValue({
          alt: 'reuse_connection',
          description: 'Checks share a connection; absent = true.',
        }),
      },
      { description: 'How endpoints are checked.' },
    ),
  },
  { description: 'Checks the endpoints of services from the proxies that use them.' },
);

/** A HealthCheck's spec as it is stored; everything may be absent. */
export type HealthCheck = Static<typeof healthCheckSchema>;
