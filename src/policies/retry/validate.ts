import { quoteGo } from '../../lib/go-quote.js';
import { checkNotZero, isZero } from '../../model/number-rules.js';
import { compareBytes } from '../../model/resource.js';
import { byService, byServiceOnly, checkConnection } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import type { Retry } from './schema.js';

type Conf = NonNullable<Retry['conf']>;
type Http = NonNullable<Conf['http']>;
type Grpc = NonNullable<Conf['grpc']>;
type Requests = Pick<Grpc, 'numRetries' | 'perTryTimeout' | 'backOff'>;

const notEmpty = 'field cannot be empty';
const greaterThanZero = 'has to be greater than 0';

/** The semantic pass of a Retry: every violation, in Kuma's order. */
export const validateRetry = (spec: Retry): Violation[] => [
  ...checkConnection(spec, { sources: byService, destinations: byServiceOnly }),
  ...checkConf('conf', spec.conf),
];

function checkConf(field: string, conf: Conf | undefined): Violation[] {
  if (conf === undefined) return [{ field, message: 'has to be defined' }];
  const { http, grpc, tcp } = conf;
  if (http === undefined && grpc === undefined && tcp === undefined) {
    return [{ field, message: 'missing protocol [grpc|http|tcp] configuration' }];
  }
  return [
    ...(http === undefined ? [] : checkHttp(`${field}.http`, http)),
    ...(grpc === undefined ? [] : checkGrpc(`${field}.grpc`, grpc)),
    ...(tcp === undefined
      ? []
      : checkNotZero(`${field}.tcp`, { maxConnectAttempts: tcp.maxConnectAttempts ?? 0 }, greaterThanZero)),
  ];
}

const checkHttp = (path: string, http: Http): Violation[] => [
  ...checkNotEmpty(path, http),
  ...checkRequests(path, http),
  ...(http.retriableMethods ?? []).flatMap((method, i) =>
    method === 'NONE' ? [{ field: `${path}.retriableMethods[${i}]`, message: notEmpty }] : [],
  ),
  ...(http.retryOn ?? []).flatMap((reason, i) =>
    reason === 'retriable_status_codes' && http.retriableStatusCodes === undefined
      ? [
          {
            field: `${path}.retryOn[${i}]`,
            message: 'retriableStatusCodes cannot be empty when this option is specified',
          },
        ]
      : [],
  ),
];

const checkGrpc = (path: string, grpc: Grpc): Violation[] => [
  ...checkNotEmpty(path, grpc),
  ...findRepeated(grpc.retryOn ?? []).map((message) => ({ field: `${path}.retryOn`, message })),
  ...checkRequests(path, grpc),
];

const checkNotEmpty = (field: string, message: object): Violation[] =>
  Object.keys(message).length === 0 ? [{ field, message: notEmpty }] : [];

const checkRequests = (path: string, { numRetries, perTryTimeout, backOff }: Requests): Violation[] => [
  ...checkNotZero(path, { numRetries, perTryTimeout }, `${greaterThanZero} when defined`),
  ...(backOff === undefined ? [] : checkBackOff(`${path}.backOff`, backOff)),
];

/** The longest wait is looked at only when the first one is good. */
function checkBackOff(path: string, { baseInterval, maxInterval }: NonNullable<Requests['backOff']>): Violation[] {
  if (baseInterval === undefined) return [{ field: `${path}.baseInterval`, message: 'has to be defined' }];
  return isZero(baseInterval)
    ? [{ field: `${path}.baseInterval`, message: greaterThanZero }]
    : checkNotZero(path, { maxInterval }, `${greaterThanZero} when defined`);
}

/** One text for every value that stands there more than once, sorted. */
function findRepeated(values: readonly (string | number)[]): string[] {
  const indexes = new Map<string, number[]>();
  for (const [i, value] of values.entries()) {
    const known = indexes.get(String(value));
    if (known === undefined) indexes.set(String(value), [i]);
    else known.push(i);
  }
  return [...indexes]
    .filter(([, at]) => at.length > 1)
    .map(([value, at]) => `repeated value ${quoteGo(value)} at indexes [${at.join(', ')}]`)
    .sort(compareBytes);
}
