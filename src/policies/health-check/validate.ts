import { checkNotZero, isPercentage } from '../../model/number-rules.js';
import { byService, byServiceOnly, checkConnection } from '../../model/selector.js';
import type { Violation } from '../../model/violation.js';
import type { HealthCheck } from './schema.js';

type Conf = NonNullable<HealthCheck['conf']>;
type Http = NonNullable<Conf['http']>;

/** The semantic pass of a HealthCheck: every violation, in Kuma's order. */
export const validateHealthCheck = (spec: HealthCheck): Violation[] => [
  ...checkConnection(spec, { sources: byService, destinations: byServiceOnly }),
  ...(spec.conf === undefined ? [{ field: 'conf', message: 'has to be defined' }] : checkConf(spec.conf)),
];

function checkConf(conf: Conf): Violation[] {
  const { interval = 0, timeout = 0, unhealthyThreshold = 0, healthyThreshold = 0 } = conf;
  const { initialJitter, intervalJitter, noTrafficInterval } = conf;
  return [
    ...checkNotZero(
      'conf',
      { interval, timeout, unhealthyThreshold, healthyThreshold, initialJitter, intervalJitter, noTrafficInterval },
      'must have a positive value',
    ),
    ...(isPercentage(conf.healthyPanicThreshold ?? 0)
      ? []
      : [{ field: 'conf.healthyPanicThreshold', message: 'must be in range [0.0 - 100.0]' }]),
    ...(conf.http === undefined ? [] : checkHttp('conf.http', conf.http)),
    ...(conf.http !== undefined && conf.tcp !== undefined
      ? [{ field: 'conf', message: 'http and tcp cannot be defined at the same time' }]
      : []),
  ];
}

const checkHttp = (path: string, http: Http): Violation[] => [
  ...((http.path ?? '') === '' ? [{ field: `${path}.path`, message: 'has to be defined and cannot be empty' }] : []),
  ...(http.expectedStatuses ?? []).flatMap((status, i) =>
    status >= 100 && status < 600
      ? []
      : [{ field: `${path}.expectedStatuses[${i}]`, message: 'must be in range [100, 600)' }],
  ),
  ...(http.requestHeadersToAdd ?? []).flatMap(({ header }, i) => {
    const field = `${path}.requestHeadersToAdd[${i}].header`;
    if (header === undefined) return [{ field, message: 'has to be defined' }];
    return (header.key ?? '') === '' ? [{ field: `${field}.key`, message: 'cannot be empty' }] : [];
  }),
];
