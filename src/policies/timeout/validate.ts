import { checkNotZero } from '../../model/number-rules.js';
import { byService, byServiceOnly, checkConnection } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import type { Timeout } from './schema.js';

type Conf = NonNullable<Timeout['conf']>;

/** The semantic pass of a Timeout: every violation, in Kuma's order. */
export const validateTimeout = (spec: Timeout): Violation[] => [
  ...checkConnection(spec, { sources: byService, destinations: byServiceOnly }),
  ...(spec.conf === undefined ? [{ field: 'conf', message: 'has to be defined' }] : checkConf(spec.conf)),
];

/** Timeouts that are not looked at may be anything (Kuma 2.5). */
const checkConf = ({ tcp, http, grpc }: Conf): Violation[] => [
  ...(tcp === undefined ? [] : checkSection('conf.tcp', { idleTimeout: tcp.idleTimeout }, 'has to be greater than 0')),
  ...(http === undefined
    ? []
    : checkSection('conf.http', { requestTimeout: http.requestTimeout, idleTimeout: http.idleTimeout })),
  ...(grpc === undefined
    ? []
    : checkSection('conf.grpc', {
        streamIdleTimeout: grpc.streamIdleTimeout,
        maxStreamDuration: grpc.maxStreamDuration,
      })),
];

/** At least one of the timeouts is set, none to zero. */
const checkSection = (
  path: string,
  timeouts: Readonly<Record<string, string | undefined>>,
  message = 'has to be greater than 0 when defined',
): Violation[] =>
  Object.values(timeouts).every((timeout) => timeout === undefined)
    ? [{ field: path, message: 'at least one timeout in section has to be defined' }]
    : checkNotZero(path, timeouts, message);
