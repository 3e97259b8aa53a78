import { expect, it } from 'vitest';

import type { MeshRateLimit, MeshRateLimitConf } from './schema.js';
import { validateMeshRateLimit } from './validate.js';

const mesh = { kind: 'Mesh' };
const from = (local: NonNullable<MeshRateLimitConf['local']>): MeshRateLimit => ({
  targetRef: mesh,
  from: [{ targetRef: mesh, default: { local } }],
});

interface Case {
  readonly name: string;
  readonly spec: MeshRateLimit;
  readonly violations?: readonly string[];
}

it.each<Case>([
  { name: 'switched off', spec: from({ http: { disabled: true }, tcp: { disabled: false } }) },
  { name: 'an answer without contents', spec: from({ http: { onRateLimit: { headers: {} } } }) },
  {
    name: 'figures at their limits',
    spec: from({
      http: { requestRate: { num: 1, interval: '50.000001ms' }, onRateLimit: { status: 1 } },
      tcp: { connectionRate: { num: 1, interval: '51ms' } },
    }),
  },
  {
    name: 'no from, before other kinds',
    spec: { targetRef: { kind: 'MeshGateway', name: 'a' } },
    violations: ['spec.from: needs at least one item', 'spec.targetRef.kind: value is not supported'],
  },
  {
    name: 'clients of one kind, and no conf',
    spec: { targetRef: mesh, from: [{ targetRef: { kind: 'MeshSubset' }, default: {} }] },
    violations: ['spec.from[0].targetRef.kind: value is not supported', 'spec.from[0].default.local: must be defined'],
  },
  {
    name: 'neither tcp nor http',
    spec: from({}),
    violations: ['spec.from[0].default.local: must have at least one defined: tcp, http'],
  },
  {
    name: 'nothing in http and tcp',
    spec: from({ http: {}, tcp: {} }),
    violations: [
      'spec.from[0].default.local.http: must have at least one defined: disabled, requestRate, onRateLimit',
      'spec.from[0].default.local.tcp: must have at least one defined: disabled, connectionRate',
    ],
  },
  {
    name: 'everything wrong though it is switched off, in order',
    spec: from({
      http: { disabled: true, requestRate: { num: 0, interval: '50ms' }, onRateLimit: { status: 0 } },
      tcp: { disabled: true, connectionRate: { num: 0, interval: '-1s' } },
    }),
    violations: [
      'http.requestRate.num: must be greater than 0',
      'http.requestRate.interval: must be greater than: 50ms',
      'http.onRateLimit.status: must be greater than 0',
      'tcp.connectionRate.num: must be greater than 0',
      'tcp.connectionRate.interval: must be greater than: 50ms',
    ].map((line) => `spec.from[0].default.local.${line}`),
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshRateLimit(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
