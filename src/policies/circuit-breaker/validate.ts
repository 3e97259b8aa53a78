import { isPercentage } from '../../model/number-rules.js';
import { byService, byServiceOnly, checkConnection } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import type { CircuitBreaker } from './schema.js';

/** The semantic pass of a CircuitBreaker: every violation, in Kuma's order. */
export const validateCircuitBreaker = (spec: CircuitBreaker): Violation[] => [
  ...checkConnection(spec, { sources: byService, destinations: byServiceOnly }),
  ...checkConf(spec.conf),
];

function checkConf({
  maxEjectionPercent,
  detectors,
  thresholds,
}: NonNullable<CircuitBreaker['conf']> = {}): Violation[] {
  if (!hasMembers(detectors) && !hasMembers(thresholds)) {
    return [{ field: 'conf', message: 'must have at least one of the detector or threshold configured' }];
  }
  return [
    ...checkNotEmpty('conf.detectors', detectors),
    ...checkPercentage('conf.maxEjectionPercent', maxEjectionPercent),
    ...checkPercentage('conf.detectors.failure.threshold', detectors?.failure?.threshold),
    ...checkNotEmpty('conf.thresholds', thresholds),
  ];
}

const hasMembers = (message: object = {}): boolean => Object.keys(message).length > 0;

const checkNotEmpty = (field: string, message: object | undefined): Violation[] =>
  message === undefined || hasMembers(message) ? [] : [{ field, message: "can't be empty" }];

const checkPercentage = (field: string, value = 0): Violation[] =>
  isPercentage(value) ? [] : [{ field, message: 'has to be in [0.0 - 100.0] range' }];
