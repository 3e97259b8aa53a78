import { expect, it } from 'vitest';

import type { HTTPRetry, MeshRetry, MeshRetryConf } from './schema.js';
import { validateMeshRetry } from './validate.js';

const mesh = { kind: 'Mesh' };
const to = (conf: MeshRetryConf): MeshRetry => ({ targetRef: mesh, to: [{ targetRef: mesh, default: conf }] });
const selecting = (...hostSelection: NonNullable<HTTPRetry['hostSelection']>): MeshRetry =>
  to({ http: { hostSelection } });

const conf = 'spec.to[0].default.conf';
const selection = `${conf}.http.hostSelection`;
const positive = 'must be defined and greater than zero';

interface Case {
  readonly name: string;
  readonly spec: MeshRetry;
  readonly violations?: readonly string[];
}

it.each<Case>([
  {
    name: 'a gateway, to all of its traffic',
    spec: {
      targetRef: { kind: 'MeshGateway', name: 'a' },
      to: [{ targetRef: mesh, default: { tcp: { maxConnectAttempt: 0 } } }],
    },
  },
  {
    name: 'a gateway, to one service',
    spec: {
      targetRef: { kind: 'MeshGateway', name: 'a' },
      to: [{ targetRef: { kind: 'MeshService', name: 'b' }, default: { http: { retryOn: [] } } }],
    },
    violations: ['spec.to[0].targetRef.kind: value is not supported'],
  },
  {
    name: 'no destination',
    spec: { targetRef: { kind: 'MeshHTTPRoute', name: 'a' } },
    violations: ['spec.targetRef.kind: value is not supported', 'spec.to: needs at least one item'],
  },
  {
    name: 'no protocol',
    spec: to({}),
    violations: [`${conf}: at least one of the 'tcp', 'http', 'grpc' must be specified`],
  },
  {
    name: 'protocols without anything',
    spec: to({ tcp: {}, http: {}, grpc: {} }),
    violations: ['tcp', 'http', 'grpc'].map((name) => `${conf}.${name}: must not be empty`),
  },
  {
    name: 'nothing but attempts to select a host',
    spec: to({ http: { hostSelectionMaxAttempts: 3 } }),
    violations: [`${conf}.http: must not be empty`],
  },
  {
    name: 'back-offs without anything',
    spec: to({ http: { backOff: {}, rateLimitedBackOff: {} }, grpc: { backOff: {}, rateLimitedBackOff: {} } }),
    violations: ['http', 'grpc'].flatMap((name) => [
      `${conf}.${name}.backOff: must not be empty`,
      `${conf}.${name}.rateLimitedBackOff.resetHeaders: must be defined`,
    ]),
  },
  {
    name: 'back-offs with one field, of any length where nobody looks',
    spec: to({
      http: { backOff: { maxInterval: '0s' }, rateLimitedBackOff: { resetHeaders: [], maxInterval: '1ns' } },
    }),
  },
  {
    name: 'a longest wait of nothing',
    spec: to({ grpc: { rateLimitedBackOff: { maxInterval: '0s' } } }),
    violations: [
      `${conf}.grpc.rateLimitedBackOff.maxInterval: ${positive}`,
      `${conf}.grpc.rateLimitedBackOff.resetHeaders: must be defined`,
    ],
  },
  {
    name: 'reasons that HTTP knows',
    spec: to({ http: { retryOn: ['5xx', 'HttpMethodTrace', '100', '+0503', '511'] } }),
  },
  {
    name: 'reasons that HTTP does not know',
    spec: to({ http: { retryOn: ['Unavailable', '5XX', '99', '306', '499', '599', '-500', '', '5e2', ' 500'] } }),
    violations: ['Unavailable', '5XX', '99', '306', '499', '599', '-500', '', '5e2', ' 500'].map(
      (item, i) => `${conf}.http.retryOn[${i}]: unknown item '${item}'`,
    ),
  },
  {
    name: 'reasons of gRPC',
    spec: to({
      grpc: { retryOn: ['Canceled', 'DeadlineExceeded', 'Internal', 'ResourceExhausted', 'Unavailable', '5xx'] },
    }),
    violations: [`${conf}.grpc.retryOn[5]: unknown item '5xx'`],
  },
  {
    name: 'predicates with what they need',
    spec: selecting(
      { predicate: 'OmitPreviousHosts' },
      { predicate: 'OmitHostsWithTags', tags: {} },
      { predicate: 'OmitPreviousPriorities', updateFrequency: 1 },
    ),
  },
  {
    name: 'predicates without what they need, twice or unknown',
    spec: selecting(
      { predicate: 'OmitHostsWithTags' },
      { predicate: 'OmitPreviousPriorities' },
      { predicate: 'OmitPreviousPriorities', updateFrequency: -1 },
      { predicate: 'Nope' },
    ),
    violations: [
      `${selection}[0].tags: must be defined`,
      `${selection}[1].updateFrequency: ${positive}`,
      `${selection}[2].predicate: OmitPreviousPriorities must only be specified once`,
      `${selection}[2].updateFrequency: ${positive}`,
      `${selection}[3].predicate: unknown predicate type 'Nope'`,
    ],
  },
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshRetry(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
