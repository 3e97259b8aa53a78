import { byTags, checkConnection } from '../../model/selector.js';
import { tagField } from '../../model/tag-rules.js';
import type { Violation } from '../../model/violation.js';
import type { RateLimit } from './schema.js';

type Http = NonNullable<NonNullable<RateLimit['conf']>['http']>;

/** The semantic pass of a RateLimit: every violation, in Kuma's order. */
export const validateRateLimit = (spec: RateLimit): Violation[] => [
  ...checkConnection(spec, { sources: byTags, destinations: byTags }),
  ...(spec.conf === undefined ? [{ field: 'conf', message: 'must have conf' }] : []),
  ...(spec.conf?.http === undefined ? [] : checkHttp('conf.http', spec.conf.http)),
];

const checkHttp = (path: string, { requests = 0, interval, onRateLimit }: Http): Violation[] => [
  ...(requests === 0 ? [{ field: `${path}.requests`, message: 'requests must be set' }] : []),
  ...(interval === undefined ? [{ field: `${path}.interval`, message: 'interval must be set' }] : []),
  ...(onRateLimit?.headers ?? []).flatMap(({ key = '', value = '' }, i) => {
    // Kuma 2.5: not the name of the field, and the index as a key
    const field = tagField(`${path}.onRateLimit.header`, String(i));
    return [
      ...(key === '' ? [{ field, message: 'key must be set' }] : []),
      ...(value === '' ? [{ field, message: 'value must be set' }] : []),
    ];
  }),
];
