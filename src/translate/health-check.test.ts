import { expect, it } from 'vitest';

import type { HealthCheck } from '../plan/cluster-plan.js';
import { translateHealthCheck } from './health-check.js';

const needed = { interval: '1s', timeout: '2s', unhealthyThreshold: 3, healthyThreshold: 4 };
const tcp = { kind: 'tcp', receive: [] } as const;

// what no recording has
it.each<[string, Omit<HealthCheck, keyof typeof needed>, object]>([
  [
    'a log of events in the newer form',
    { eventSinkPath: '/tmp/events', check: tcp },
    {
      eventLogger: [
        {
          name: 'envoy.health_check.event_sinks.file',
          typedConfig: {
            '@type': 'type.googleapis.com/envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink',
            eventLogPath: '/tmp/events',
          },
        },
      ],
      tcpHealthCheck: {},
    },
  ],
  [
    'calls of gRPC',
    { check: { kind: 'grpc', serviceName: 's', authority: 'a' } },
    { grpcHealthCheck: { serviceName: 's', authority: 'a' } },
  ],
  [
    'headers without a value',
    {
      check: {
        kind: 'http',
        path: '/',
        headers: [{ name: 'a', value: '', append: false }],
        expectedStatuses: [],
        isHttp2: false,
      },
    },
    { httpHealthCheck: { path: '/', requestHeadersToAdd: [{ append: false, header: { key: 'a' } }] } },
  ],
])('translates %s', (_name, check, expected) => {
  expect(translateHealthCheck({ ...needed, ...check })).toEqual({ ...needed, ...expected });
});
