import { compareDecimal, parseDecimal } from '../../lib/decimal.js';
import {
  checkAtLeastOne,
  checkDurationPositive,
  checkPercent,
  checkPositive,
  mustBeDefined,
} from '../../model/conf-checks.js';
import type { IntOrString } from '../../model/nested.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, checkToOrFrom, destinationKinds, proxyKinds } from '../peers.js';
import type { MeshCircuitBreaker, MeshCircuitBreakerConf } from './schema.js';

type OutlierDetection = NonNullable<MeshCircuitBreakerConf['outlierDetection']>;

/** The semantic pass. */
export const validateMeshCircuitBreaker = (spec: MeshCircuitBreaker): Violation[] => [
  ...validateTargetRef('spec.targetRef', spec.targetRef, { kinds: proxyKinds }),
  ...checkToOrFrom(spec),
  ...checkPeers('spec.from', spec.from, ['Mesh'], validateConf),
  ...checkPeers('spec.to', spec.to, destinationKinds, validateConf),
];

function validateConf(path: string, { connectionLimits, outlierDetection }: MeshCircuitBreakerConf): Violation[] {
  if (connectionLimits === undefined && outlierDetection === undefined) {
    const message = "at least one of: 'connectionLimits' or 'outlierDetection' should be configured";
    return [{ field: path, message }];
  }
  const limits = ['maxConnections', 'maxConnectionPools', 'maxPendingRequests', 'maxRetries', 'maxRequests'] as const;
  return [
    ...limits.flatMap((name) => checkPositive(`${path}.connectionLimits.${name}`, connectionLimits?.[name])),
    ...(outlierDetection === undefined ? [] : validateOutlierDetection(`${path}.outlierDetection`, outlierDetection)),
  ];
}

const validateOutlierDetection = (path: string, conf: OutlierDetection): Violation[] => [
  ...checkDurationPositive(`${path}.interval`, conf.interval),
  ...checkDurationPositive(`${path}.baseEjectionTime`, conf.baseEjectionTime),
  ...checkPercent(`${path}.maxEjectionPercent`, conf.maxEjectionPercent),
  ...(conf.detectors === undefined
    ? [mustBeDefined(`${path}.detectors`)]
    : validateDetectors(`${path}.detectors`, conf.detectors)),
];

function validateDetectors(path: string, detectors: NonNullable<OutlierDetection['detectors']>): Violation[] {
  const byRow = ['totalFailures', 'gatewayFailures', 'localOriginFailures'] as const;
  const { successRate, failurePercentage } = detectors;
  return [
    ...checkAtLeastOne(path, detectors, [...byRow, 'successRate', 'failurePercentage']),
    ...byRow.flatMap((name) => checkPositive(`${path}.${name}.consecutive`, detectors[name]?.consecutive)),
    ...checkPositive(`${path}.successRate.minimumHosts`, successRate?.minimumHosts),
    ...checkPositive(`${path}.successRate.requestVolume`, successRate?.requestVolume),
    ...checkFactor(`${path}.successRate.standardDeviationFactor`, successRate?.standardDeviationFactor),
    ...checkPositive(`${path}.failurePercentage.minimumHosts`, failurePercentage?.minimumHosts),
    ...checkPositive(`${path}.failurePercentage.requestVolume`, failurePercentage?.requestVolume),
    ...checkPercent(`${path}.failurePercentage.threshold`, failurePercentage?.threshold),
  ];
}

function checkFactor(field: string, factor: IntOrString | undefined): Violation[] {
  if (factor === undefined) return [];
  const decimal = parseDecimal(String(factor));
  if (decimal === undefined) return [{ field, message: 'invalid number' }];
  return compareDecimal(decimal, 0) > 0 ? [] : [{ field, message: 'must be greater than 0' }];
}
