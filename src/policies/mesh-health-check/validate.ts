import {
  checkAtLeastOne,
  checkDurationPositive,
  checkFilePath,
  checkPercent,
  checkPercentage,
  checkPositiveWhenDefined,
  checkStatusCode,
  mustBeDefined,
} from '../../model/conf-checks.js';
import { validateTargetRef } from '../../model/target-ref.js';
import type { Violation } from '../../model/violation.js';
import { checkPeers, destinationKinds, proxyKinds } from '../peers.js';
import type { MeshHealthCheck, MeshHealthCheckConf } from './schema.js';

/** The semantic pass; `to` may be absent or empty. */
export const validateMeshHealthCheck = ({ targetRef, to }: MeshHealthCheck): Violation[] => [
  ...validateTargetRef('spec.targetRef', targetRef, { kinds: [...proxyKinds, 'MeshGateway'] }),
  ...checkPeers('spec.to', to, destinationKinds, validateConf),
];

const validateConf = (path: string, conf: MeshHealthCheckConf): Violation[] => [
  ...checkDurationPositive(`${path}.interval`, conf.interval),
  ...checkDurationPositive(`${path}.timeout`, conf.timeout),
  ...checkPositiveWhenDefined(`${path}.unhealthyThreshold`, conf.unhealthyThreshold),
  ...checkPositiveWhenDefined(`${path}.healthyThreshold`, conf.healthyThreshold),
  ...checkDurationPositive(`${path}.initialJitter`, conf.initialJitter),
  ...checkDurationPositive(`${path}.intervalJitter`, conf.intervalJitter),
  ...checkPercent(`${path}.intervalJitterPercent`, conf.intervalJitterPercent),
  ...checkPercentage(`${path}.healthyPanicThreshold`, conf.healthyPanicThreshold),
  ...checkDurationPositive(`${path}.noTrafficInterval`, conf.noTrafficInterval),
  ...checkFilePath(`${path}.eventLogPath`, conf.eventLogPath),
  ...(conf.http?.path === '' ? [mustBeDefined(`${path}.http.path`)] : []),
  ...(conf.http?.expectedStatuses ?? []).flatMap((status, i) =>
    checkStatusCode(`${path}.http.expectedStatuses[${i}]`, status),
  ),
  ...checkAtLeastOne(path, conf, ['http', 'tcp', 'grpc']),
];
