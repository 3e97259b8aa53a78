import { expect, it } from 'vitest';

import type { AccessLogBackend, AccessLogFormat, MeshAccessLog } from './schema.js';
import { validateMeshAccessLog } from './validate.js';

const mesh = { kind: 'Mesh' };
const to = (...backends: AccessLogBackend[]): MeshAccessLog => ({
  targetRef: mesh,
  to: [{ targetRef: mesh, default: { backends } }],
});
const file = (format: AccessLogFormat): AccessLogBackend => ({ type: 'File', file: { path: '/a', format } });

interface Case {
  readonly name: string;
  readonly spec: MeshAccessLog;
  readonly violations?: readonly string[];
}

it.each<Case>([
  { name: 'no logging at all', spec: to() },
  {
    name: 'clients of a gateway',
    spec: {
      targetRef: { kind: 'MeshGateway', name: 'edge' },
      from: [{ targetRef: mesh, default: { backends: [] } }],
    },
  },
  { name: 'a file without a format', spec: to({ type: 'File', file: { path: '/a' } }) },
  { name: 'formats without contents of the other type', spec: to(file({ type: 'Plain', plain: 'a', json: [] })) },
  {
    name: 'objects of other types, whatever they are',
    spec: to({
      type: 'OpenTelemetry',
      openTelemetry: { endpoint: ':' },
      file: { path: '' },
      tcp: { address: '', format: { type: 'Json' } },
    }),
  },
  {
    name: 'JSON with placeholders, escapes and a key twice',
    spec: to(
      file({
        type: 'Json',
        json: [
          { key: 'a', value: '%NOPE%' },
          { key: 'a', value: '\\n\\u0041' },
        ],
      }),
    ),
  },
  {
    name: 'neither to nor from, and another kind',
    spec: { targetRef: { kind: 'MeshHTTPRoute', name: 'a' }, to: [], from: [] },
    violations: ['spec.targetRef.kind: value is not supported', "spec: at least one of 'from', 'to' has to be defined"],
  },
  {
    name: 'to before from, each with its own kinds, and no backends',
    spec: {
      targetRef: mesh,
      to: [{ targetRef: { kind: 'MeshSubset' }, default: {} }],
      from: [{ targetRef: { kind: 'MeshService', name: 'a' }, default: {} }],
    },
    violations: [
      'spec.to[0].targetRef.kind: value is not supported',
      'spec.to[0].default.backends: must be defined',
      'spec.from[0].targetRef.kind: value is not supported',
      'spec.from[0].default.backends: must be defined',
    ],
  },
  {
    name: 'backends without the object of their type',
    spec: to({ type: 'Tcp' }, { type: 'File' }, { type: 'OpenTelemetry' }),
    violations: [
      'spec.to[0].default.backends[0].tcp: must be defined',
      'spec.to[0].default.backends[1].file: must be defined',
      'spec.to[0].default.backends[2].openTelemetry: must be defined',
    ],
  },
  {
    name: 'the format before the receiver',
    spec: to(
      { type: 'Tcp', tcp: { address: 'logs', format: { type: 'Plain' } } },
      { type: 'File', file: { path: 'a', format: { type: 'Json' } } },
    ),
    violations: [
      'spec.to[0].default.backends[0].tcp.format.plain: must be defined',
      'spec.to[0].default.backends[0].tcp.address: tcp backend requires valid address',
      'spec.to[0].default.backends[1].file.format.json: must be defined',
      'spec.to[0].default.backends[1].file.path: file backend requires a valid path',
    ],
  },
  {
    name: 'empty formats',
    spec: to(file({ type: 'Plain', plain: '' }), file({ type: 'Json', json: [] })),
    violations: [
      'spec.to[0].default.backends[0].file.format.plain: must not be empty',
      'spec.to[0].default.backends[1].file.format.json: must not be empty',
    ],
  },
  {
    name: 'entries of JSON that are empty or break it',
    spec: to(file({ type: 'Json', json: [{}, { key: '"', value: 'a' }, { key: 'a', value: '\n' }] })),
    violations: [
      '[0].key: key cannot be empty',
      '[0].value: value cannot be empty',
      '[1]: is not a valid JSON object',
      '[2]: is not a valid JSON object',
    ].map((line) => `spec.to[0].default.backends[0].file.format.json${line}`),
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshAccessLog(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
