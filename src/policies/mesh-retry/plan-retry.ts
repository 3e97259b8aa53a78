import { parseGoDuration } from '../../lib/go-duration.js';
import { toProtoDuration } from '../../lib/proto-duration.js';
import type { HeaderMatch, HostPredicate, HttpRetry } from '../../plan/http-plan.js';
import { planHeaderMatch } from '../header-match.js';
import type { GRPCRetry, HTTPRetry } from './schema.js';

const httpConditions: ReadonlyMap<string, string> = new Map([
  ['5xx', '5xx'],
  ['GatewayError', 'gateway-error'],
  ['Reset', 'reset'],
  ['Retriable4xx', 'retriable-4xx'],
  ['ConnectFailure', 'connect-failure'],
  ['EnvoyRatelimited', 'envoy-ratelimited'],
  ['RefusedStream', 'refused-stream'],
  ['Http3PostConnectFailure', 'http3-post-connect-failure'],
]);

/** Kuma 2.5: the name of the first is not the one that Envoy knows, so that it retries nothing. */
const grpcConditions: ReadonlyMap<string, string> = new Map([
  ['Canceled', 'canceled'],
  ['DeadlineExceeded', 'deadline-exceeded'],
  ['Internal', 'internal'],
  ['ResourceExhausted', 'resource-exhausted'],
  ['Unavailable', 'unavailable'],
]);

const httpDefault = ['gateway-error', 'connect-failure', 'refused-stream'];
const grpcDefault = 'cancelled,connect-failure,gateway-error,refused-stream,reset,resource-exhausted,unavailable';

/** Retries of HTTP requests: conditions, methods and statuses stand in one list, and each goes where Envoy has it. */
export function planHttpRetry(conf: HTTPRetry): HttpRetry {
  const { retryOn = [], hostSelection = [], hostSelectionMaxAttempts = 0 } = conf;
  const { retriableRequestHeaders = [], retriableResponseHeaders = [] } = conf;
  const conditions = namesOf(retryOn, httpConditions);
  const statuses = retryOn.filter((item) => /^[+-]?[0-9]+$/.test(item)).map(Number);
  const methods = retryOn.flatMap((item) => /^HttpMethod(.*)$/.exec(item)?.[1]?.toUpperCase() ?? []);
  const requestHeaders = [...methods.map(matchMethod), ...retriableRequestHeaders.map(planHeaderMatch)];
  const predicates = hostSelection.flatMap(planPredicate);
  const frequency = hostSelection.find(({ predicate }) => predicate === 'OmitPreviousPriorities')?.updateFrequency;
  return {
    retryOn: [
      ...(conditions.length === 0 ? httpDefault : conditions),
      ...(statuses.length === 0 ? [] : ['retriable-status-codes']),
    ].join(','),
    ...planAttempts(conf),
    ...(statuses.length === 0 ? {} : { retriableStatusCodes: statuses }),
    ...(requestHeaders.length === 0 ? {} : { retriableRequestHeaders: requestHeaders }),
    ...(retriableResponseHeaders.length === 0
      ? {}
      : { retriableHeaders: retriableResponseHeaders.map(planHeaderMatch) }),
    ...(predicates.length === 0 ? {} : { hostPredicates: predicates }),
    ...(hostSelectionMaxAttempts === 0 ? {} : { hostSelectionMaxAttempts }),
    ...(frequency === undefined ? {} : { priority: { updateFrequency: frequency } }),
  };
}

/** Retries of gRPC requests. */
export function planGrpcRetry(conf: GRPCRetry): HttpRetry {
  const conditions = namesOf(conf.retryOn ?? [], grpcConditions);
  return { retryOn: conditions.length === 0 ? grpcDefault : conditions.join(','), ...planAttempts(conf) };
}

const namesOf = (items: readonly string[], names: ReadonlyMap<string, string>): string[] =>
  items.flatMap((item) => names.get(item) ?? []);

const matchMethod = (method: string): HeaderMatch => ({ name: ':method', match: { kind: 'exact', value: method } });

function planPredicate({ predicate, tags = {} }: NonNullable<HTTPRetry['hostSelection']>[number]): HostPredicate[] {
  switch (predicate) {
    case 'OmitPreviousHosts':
      return [{ kind: 'omit-previous-hosts' }];
    case 'OmitHostsWithTags':
      return [{ kind: 'omit-hosts-with-tags', tags }];
    default:
      return [];
  }
}

/** How often and when a request is tried again. What Envoy would refuse is left out, lest it refuse the listener. */
function planAttempts({
  numRetries,
  perTryTimeout = '-1s',
  backOff = {},
  rateLimitedBackOff = {},
}: Pick<GRPCRetry, 'numRetries' | 'perTryTimeout' | 'backOff' | 'rateLimitedBackOff'>): Omit<HttpRetry, 'retryOn'> {
  const wait = planBackOff(backOff);
  const { resetHeaders = [], maxInterval } = rateLimitedBackOff;
  return {
    ...(numRetries === undefined ? {} : { numRetries }),
    ...(nanosecondsOf(perTryTimeout) < 0n ? {} : { perTryTimeout: toProtoDuration(perTryTimeout) }),
    ...(wait === undefined ? {} : { backOff: wait }),
    ...(resetHeaders.length === 0
      ? {}
      : {
          rateLimitedBackOff: {
            ...(maxInterval === undefined ? {} : { maxInterval: toProtoDuration(maxInterval) }),
            resetHeaders: resetHeaders.map(({ name, format }) => ({ name, format: resetFormats[format] })),
          },
        }),
  };
}

const resetFormats = { Seconds: 'SECONDS', UnixTimestamp: 'UNIX_TIMESTAMP' } as const;

const nanosecondsOf = (duration: string): bigint => parseGoDuration(duration) ?? 0n;

/** What a conf that gives only the longest wait begins with. */
const defaultBaseInterval = '25ms';

/** The longest wait cannot be shorter than the first. */
function planBackOff({ baseInterval, maxInterval }: NonNullable<GRPCRetry['backOff']>): HttpRetry['backOff'] {
  if (baseInterval === undefined && maxInterval === undefined) return undefined;
  const first = baseInterval ?? defaultBaseInterval;
  if (nanosecondsOf(first) <= 0n) return undefined;
  return {
    baseInterval: toProtoDuration(first),
    ...(maxInterval === undefined || nanosecondsOf(maxInterval) < nanosecondsOf(first)
      ? {}
      : { maxInterval: toProtoDuration(maxInterval) }),
  };
}
