import { isPercentage } from '../../model/number-rules.js';
import type { ProtoNumber } from '../../model/proto.js';
import { byProtocol, byTags, checkConnection } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import type { FaultInjection } from './schema.js';

/** The semantic pass of a FaultInjection: every violation, in Kuma's order. */
export const validateFaultInjection = (spec: FaultInjection): Violation[] => [
  ...checkConnection(spec, { sources: byTags, destinations: byProtocol('http', 'http2', 'grpc') }),
  ...checkConf(spec.conf),
];

/** A fault without any field counts as absent. */
function checkConf(conf: NonNullable<FaultInjection['conf']> = {}): Violation[] {
  const { delay = {}, abort = {}, responseBandwidth = {} } = conf;
  if ([delay, abort, responseBandwidth].every(isEmpty)) {
    return [{ field: 'conf', message: 'must have at least one of the faults configured' }];
  }
  return [
    ...checkFault('conf.delay', delay, { value: judge(delay.value, () => undefined) }),
    ...checkFault('conf.abort', abort, {
      httpStatus: judge(abort.httpStatus, (status) =>
        isHttpStatus(status) ? undefined : 'http status code is incorrect',
      ),
    }),
    ...checkFault('conf.responseBandwidth', responseBandwidth, {
      limit: judge(responseBandwidth.limit, (limit) =>
        // Kuma 2.5 looks for the unit anywhere in the text
        /[gmk]bps/.test(limit) ? undefined : 'has to be in kbps/mbps/gbps units',
      ),
    }),
  ];
}

const isEmpty = (fault: object): boolean => Object.keys(fault).length === 0;

/** What is wrong with the percentage of a fault, then what is wrong with its other fields. */
const checkFault = (
  path: string,
  fault: { readonly percentage?: ProtoNumber },
  others: Readonly<Record<string, string | undefined>>,
): Violation[] =>
  isEmpty(fault)
    ? []
    : Object.entries({
        percentage: judge(fault.percentage, (value) =>
          isPercentage(value) ? undefined : 'has to be in [0.0 - 100.0] range',
        ),
        ...others,
      }).flatMap(([name, message]) => (message === undefined ? [] : [{ field: `${path}.${name}`, message }]));

/** What is wrong with a field that must be set. */
const judge = <Value>(value: Value | undefined, findFault: (value: Value) => string | undefined): string | undefined =>
  value === undefined ? 'cannot be empty' : findFault(value);

/** First and last of the ranges of status codes that Go has a text for. */
const httpStatuses = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
] as const;

const isHttpStatus = (status: number): boolean =>
  httpStatuses.some(([first, last]) => first <= status && status <= last);
