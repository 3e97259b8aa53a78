import { expect, it } from 'vitest';

import type { MeshTimeout } from './schema.js';
import { validateMeshTimeout } from './validate.js';

const mesh = { kind: 'Mesh' };
const backend = { kind: 'MeshService', name: 'backend' };
const idle = { idleTimeout: '1h0m0s' };
const everything = {
  connectionTimeout: '0s',
  idleTimeout: '-1s',
  http: { requestTimeout: '-1s', streamIdleTimeout: '-1s', maxStreamDuration: '-1s', maxConnectionDuration: '-1s' },
};
const negative = 'must not be negative when defined';
const besideRoute = "can't be specified when top-level TargetRef is referencing MeshHTTPRoute";

interface Case {
  readonly name: string;
  readonly spec: MeshTimeout;
  readonly violations?: readonly string[];
}

it.each<Case>([
  ...['Mesh', 'MeshSubset', 'MeshService', 'MeshServiceSubset', 'MeshGateway', 'MeshHTTPRoute'].map((kind) => ({
    name: `top-level kind ${kind}`,
    spec: {
      targetRef: { kind, ...(kind === 'Mesh' || kind === 'MeshSubset' ? {} : { name: 'a' }) },
      to: [{ targetRef: mesh, default: { http: { requestTimeout: '1s' } } }],
    },
  })),
  {
    name: 'one field each, and 0 to switch off',
    spec: {
      targetRef: mesh,
      to: [
        { targetRef: backend, default: { connectionTimeout: '1ns' } },
        { targetRef: mesh, default: { idleTimeout: '0s' } },
        { targetRef: mesh, default: { http: { maxConnectionDuration: '0s' } } },
      ],
    },
  },
  {
    name: 'neither to nor from',
    spec: { targetRef: { kind: 'Mesh', name: 'a' }, to: [] },
    violations: [
      'spec.targetRef.name: using name with kind Mesh is not yet supported',
      "spec: at least one of 'from', 'to' has to be defined",
    ],
  },
  {
    name: 'from before to, each with its own kinds',
    spec: {
      targetRef: mesh,
      to: [{ targetRef: { kind: 'MeshSubset' }, default: {} }],
      from: [{ targetRef: backend, default: {} }],
    },
    violations: [
      'spec.from[0].targetRef.kind: value is not supported',
      'spec.from[0].default: at least one timeout should be configured',
      'spec.to[0].targetRef.kind: value is not supported',
      'spec.to[0].default: at least one timeout should be configured',
    ],
  },
  {
    name: 'every duration too small, in order',
    spec: { targetRef: mesh, from: [{ targetRef: mesh, default: everything }] },
    violations: [
      'spec.from[0].default.connectionTimeout: must be greater than zero when defined',
      `spec.from[0].default.idleTimeout: ${negative}`,
      `spec.from[0].default.http.requestTimeout: ${negative}`,
      `spec.from[0].default.http.streamIdleTimeout: ${negative}`,
      `spec.from[0].default.http.maxStreamDuration: ${negative}`,
      `spec.from[0].default.http.maxConnectionDuration: ${negative}`,
    ],
  },
  {
    name: 'an empty http section',
    spec: { targetRef: mesh, to: [{ targetRef: mesh, default: { http: {} } }] },
    violations: ['spec.to[0].default.http: at least one timeout in this section should be configured'],
  },
  {
    name: 'a gateway knows no clients, and all destinations only',
    spec: {
      targetRef: { kind: 'MeshGateway', name: 'edge' },
      to: [{ targetRef: backend, default: idle }],
      from: [
        { targetRef: backend, default: {} },
        { targetRef: backend, default: {} },
      ],
    },
    violations: ['spec.from: must not be defined', 'spec.to[0].targetRef.kind: value is not supported'],
  },
  {
    name: 'a route says nothing of connections',
    spec: { targetRef: { kind: 'MeshHTTPRoute', name: 'r' }, to: [{ targetRef: backend, default: everything }] },
    violations: [
      'spec.to[0].targetRef.kind: value is not supported',
      `spec.to[0].default.connectionTimeout: ${besideRoute}`,
      `spec.to[0].default.idleTimeout: ${besideRoute}`,
      `spec.to[0].default.http.maxStreamDuration: ${besideRoute}`,
      `spec.to[0].default.http.maxConnectionDuration: ${besideRoute}`,
      'spec.to[0].default.connectionTimeout: must be greater than zero when defined',
      `spec.to[0].default.idleTimeout: ${negative}`,
      `spec.to[0].default.http.requestTimeout: ${negative}`,
      `spec.to[0].default.http.streamIdleTimeout: ${negative}`,
      `spec.to[0].default.http.maxStreamDuration: ${negative}`,
      `spec.to[0].default.http.maxConnectionDuration: ${negative}`,
    ],
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshTimeout(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
