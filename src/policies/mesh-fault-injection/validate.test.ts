import { expect, it } from 'vitest';

import type { MeshFaultInjection, MeshFaultInjectionConf } from './schema.js';
import { validateMeshFaultInjection } from './validate.js';

const mesh = { kind: 'Mesh' };
type Faults = NonNullable<MeshFaultInjectionConf['http']>;
const from = (...http: Faults): MeshFaultInjection => ({
  targetRef: mesh,
  from: [{ targetRef: mesh, default: { http } }],
});
const slow = (limit: string): Faults[number] => ({ responseBandwidth: { limit, percentage: 1 } });
const range = 'has to be in [0.0 - 100.0] range';

interface Case {
  readonly name: string;
  readonly spec: MeshFaultInjection;
  readonly violations?: readonly string[];
}

it.each<Case>([
  { name: 'no from', spec: { targetRef: mesh } },
  {
    name: 'clients of every kind, without faults',
    spec: {
      targetRef: { kind: 'MeshSubset' },
      from: [
        { targetRef: mesh, default: {} },
        { targetRef: { kind: 'MeshSubset', tags: { a: 'b' } }, default: { http: [] } },
        { targetRef: { kind: 'MeshService', name: 'a' }, default: { http: [{}] } },
        { targetRef: { kind: 'MeshServiceSubset', name: 'a' }, default: {} },
      ],
    },
  },
  {
    name: 'figures at their limits',
    spec: from(
      { abort: { httpStatus: 100, percentage: 0 }, delay: { value: '0s', percentage: 100 } },
      { abort: { httpStatus: 599, percentage: '99.9' } },
    ),
  },
  { name: 'a unit anywhere', spec: from(slow('mbps'), slow('x10kbpsx'), slow('-5gbps')) },
  {
    name: 'other kinds',
    spec: {
      targetRef: { kind: 'MeshGateway', name: 'a' },
      from: [{ targetRef: { kind: 'MeshGateway', name: 'a' }, default: {} }],
    },
    violations: ['spec.targetRef.kind: value is not supported', 'spec.from[0].targetRef.kind: value is not supported'],
  },
  {
    name: "everything wrong, under Kuma's field names",
    spec: from(
      {},
      {
        abort: { httpStatus: 99, percentage: -1 },
        delay: { value: '-1s', percentage: '100.1' },
        responseBandwidth: { limit: '', percentage: 'abc' },
      },
      { abort: { httpStatus: 600, percentage: 1 } },
    ),
    violations: [
      'abort[1].httpStatus: must be in range [100, 600)',
      `abort[1].percentage: ${range}`,
      'delay[1].value: must not be negative when defined',
      `delay[1].percentage: ${range}`,
      'responseBandwidth[1].responseBandwidth: must be defined',
      'responseBandwidth[1].percentage: string has to be a valid number',
      'abort[2].httpStatus: must be in range [100, 600)',
    ].map((line) => `spec.from[0].default.http.${line}`),
  },
  {
    name: 'no unit, or another one',
    spec: from(slow('10'), slow('10bps'), slow('10Mbps')),
    violations: [0, 1, 2].map(
      (i) => `spec.from[0].default.http.responseBandwidth[${i}].responseBandwidth: has to be in kbps/mbps/gbps units`,
    ),
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshFaultInjection(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
