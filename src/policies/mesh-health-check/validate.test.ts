import { expect, it } from 'vitest';

import type { MeshHealthCheck, MeshHealthCheckConf } from './schema.js';
import { validateMeshHealthCheck } from './validate.js';

const mesh = { kind: 'Mesh' };
const to = (conf: MeshHealthCheckConf): MeshHealthCheck => ({
  targetRef: mesh,
  to: [{ targetRef: mesh, default: conf }],
});
const positive = 'must be greater than zero when defined';

interface Case {
  readonly name: string;
  readonly spec: MeshHealthCheck;
  readonly violations?: readonly string[];
}

it.each<Case>([
  { name: 'no to', spec: { targetRef: mesh } },
  {
    name: 'a gateway, and one protocol each',
    spec: {
      targetRef: { kind: 'MeshGateway', name: 'edge' },
      to: [
        { targetRef: { kind: 'MeshService', name: 'a' }, default: { tcp: {} } },
        { targetRef: mesh, default: { http: {} } },
        { targetRef: mesh, default: { grpc: {} } },
      ],
    },
  },
  {
    name: 'figures at their limits',
    spec: to({
      interval: '1ns',
      unhealthyThreshold: 1,
      intervalJitterPercent: 0,
      healthyPanicThreshold: '100.0',
      eventLogPath: '/',
      http: { path: 'x', expectedStatuses: [100, 599] },
    }),
  },
  {
    name: 'other kinds',
    spec: {
      targetRef: { kind: 'MeshHTTPRoute', name: 'a' },
      to: [{ targetRef: { kind: 'MeshSubset' }, default: { tcp: {} } }],
    },
    violations: ['spec.targetRef.kind: value is not supported', 'spec.to[0].targetRef.kind: value is not supported'],
  },
  {
    name: 'everything wrong, in order',
    spec: to({
      interval: '0s',
      timeout: '0s',
      unhealthyThreshold: 0,
      healthyThreshold: -1,
      initialJitter: '0s',
      intervalJitter: '0s',
      intervalJitterPercent: 101,
      healthyPanicThreshold: 101,
      noTrafficInterval: '0s',
      eventLogPath: '',
      http: { path: '', expectedStatuses: [200, 600, 99] },
    }),
    violations: [
      `interval: ${positive}`,
      `timeout: ${positive}`,
      `unhealthyThreshold: ${positive}`,
      `healthyThreshold: ${positive}`,
      `initialJitter: ${positive}`,
      `intervalJitter: ${positive}`,
      'intervalJitterPercent: has to be in [0 - 100] range',
      'healthyPanicThreshold: has to be in [0.0 - 100.0] range',
      `noTrafficInterval: ${positive}`,
      'eventLogPath: has to be a valid path when defined',
      'http.path: must be defined',
      'http.expectedStatuses[1]: must be in range [100, 600)',
      'http.expectedStatuses[2]: must be in range [100, 600)',
    ].map((line) => `spec.to[0].default.${line}`),
  },
  {
    name: 'no protocol, last',
    spec: to({ interval: '0s', intervalJitterPercent: -1 }),
    violations: [
      `spec.to[0].default.interval: ${positive}`,
      'spec.to[0].default.intervalJitterPercent: has to be in [0 - 100] range',
      'spec.to[0].default: must have at least one defined: http, tcp, grpc',
    ],
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshHealthCheck(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
