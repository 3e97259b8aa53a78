import { expect, it } from 'vitest';

import type { MeshCircuitBreaker, MeshCircuitBreakerConf } from './schema.js';
import { validateMeshCircuitBreaker } from './validate.js';

const mesh = { kind: 'Mesh' };
const to = (conf: MeshCircuitBreakerConf): MeshCircuitBreaker => ({
  targetRef: mesh,
  to: [{ targetRef: mesh, default: conf }],
});
const withDetectors = (
  detectors: NonNullable<NonNullable<MeshCircuitBreakerConf['outlierDetection']>['detectors']>,
): MeshCircuitBreaker => to({ outlierDetection: { detectors } });
const nothing = "at least one of: 'connectionLimits' or 'outlierDetection' should be configured";
const positive = 'must be greater than 0';
const percent = 'has to be in [0 - 100] range';

interface Case {
  readonly name: string;
  readonly spec: MeshCircuitBreaker;
  readonly violations?: readonly string[];
}

it.each<Case>([
  { name: 'no limits', spec: to({ connectionLimits: {} }) },
  {
    name: 'detectors without figures',
    spec: withDetectors({
      totalFailures: {},
      gatewayFailures: {},
      localOriginFailures: {},
      successRate: {},
      failurePercentage: {},
    }),
  },
  {
    name: 'figures at their limits',
    spec: to({
      connectionLimits: { maxConnections: 1 },
      outlierDetection: {
        interval: '1ns',
        maxEjectionPercent: 0,
        detectors: { successRate: { standardDeviationFactor: '0.001' }, failurePercentage: { threshold: 100 } },
      },
    }),
  },
  {
    name: 'neither to nor from, and a kind that no circuit breaker has',
    spec: { targetRef: { kind: 'MeshGateway', name: 'a' } },
    violations: ['spec.targetRef.kind: value is not supported', "spec: at least one of 'from', 'to' has to be defined"],
  },
  {
    name: 'from before to, each with its own kinds',
    spec: {
      targetRef: mesh,
      to: [{ targetRef: { kind: 'MeshSubset' }, default: {} }],
      from: [{ targetRef: { kind: 'MeshService', name: 'a' }, default: {} }],
    },
    violations: [
      'spec.from[0].targetRef.kind: value is not supported',
      `spec.from[0].default: ${nothing}`,
      'spec.to[0].targetRef.kind: value is not supported',
      `spec.to[0].default: ${nothing}`,
    ],
  },
  {
    name: 'every limit, in order',
    spec: to({
      connectionLimits: {
        maxConnections: 0,
        maxConnectionPools: 0,
        maxPendingRequests: 0,
        maxRetries: 0,
        maxRequests: 0,
      },
    }),
    violations: ['maxConnections', 'maxConnectionPools', 'maxPendingRequests', 'maxRetries', 'maxRequests'].map(
      (name) => `spec.to[0].default.connectionLimits.${name}: ${positive}`,
    ),
  },
  {
    name: 'outlier detection without detectors, though it is disabled',
    spec: to({
      outlierDetection: { disabled: true, interval: '0s', baseEjectionTime: '-1s', maxEjectionPercent: 101 },
    }),
    violations: [
      'spec.to[0].default.outlierDetection.interval: must be greater than zero when defined',
      'spec.to[0].default.outlierDetection.baseEjectionTime: must be greater than zero when defined',
      `spec.to[0].default.outlierDetection.maxEjectionPercent: ${percent}`,
      'spec.to[0].default.outlierDetection.detectors: must be defined',
    ],
  },
  {
    name: 'no detector',
    spec: withDetectors({}),
    violations: [
      'spec.to[0].default.outlierDetection.detectors: must have at least one defined: totalFailures, gatewayFailures, localOriginFailures, successRate, failurePercentage',
    ],
  },
  {
    name: 'every figure of the detectors, in order',
    spec: withDetectors({
      totalFailures: { consecutive: 0 },
      gatewayFailures: { consecutive: 0 },
      localOriginFailures: { consecutive: 0 },
      successRate: { minimumHosts: 0, requestVolume: 0, standardDeviationFactor: 0 },
      failurePercentage: { minimumHosts: 0, requestVolume: 0, threshold: 101 },
    }),
    violations: [
      `totalFailures.consecutive: ${positive}`,
      `gatewayFailures.consecutive: ${positive}`,
      `localOriginFailures.consecutive: ${positive}`,
      `successRate.minimumHosts: ${positive}`,
      `successRate.requestVolume: ${positive}`,
      `successRate.standardDeviationFactor: ${positive}`,
      `failurePercentage.minimumHosts: ${positive}`,
      `failurePercentage.requestVolume: ${positive}`,
      `failurePercentage.threshold: ${percent}`,
    ].map((line) => `spec.to[0].default.outlierDetection.detectors.${line}`),
  },
  ...[
    { factor: 'abc', message: 'invalid number' },
    { factor: '', message: 'invalid number' },
    { factor: '-0.1', message: positive },
  ].map(({ factor, message }) => ({
    name: `the factor "${factor}"`,
    spec: withDetectors({ successRate: { standardDeviationFactor: factor } }),
    violations: [`spec.to[0].default.outlierDetection.detectors.successRate.standardDeviationFactor: ${message}`],
  })),
])('$name', ({ spec, violations = [] }) => {
  expect(validateMeshCircuitBreaker(spec).map(({ field, message }) => `${field}: ${message}`)).toEqual(violations);
});
