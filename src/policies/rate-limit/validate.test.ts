import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { rateLimitKind } from './kind.js';

describeLegacyPolicy(rateLimitKind, {
  sources: 'byTags',
  destinations: 'byTags',
  judged: [
    ['a missing conf', undefined, ['conf: must have conf']],
    ['a conf without limit', {}, []],
    ['any interval', { http: { requests: 1, interval: '-1s', onRateLimit: {} } }, []],
    [
      'what is missing',
      { http: { onRateLimit: { headers: [{ key: 'a', value: 'b' }, {}] } } },
      [
        'conf.http.requests: requests must be set',
        'conf.http.interval: interval must be set',
        'conf.http.onRateLimit.header["1"]: key must be set',
        'conf.http.onRateLimit.header["1"]: value must be set',
      ],
    ],
    ['a name in snake_case', { http: { on_rate_limit: { headers: [{}] }, requests: 1, interval: '0s' } }, []],
  ],
  read: [
    [
      'the answer beyond the limit, zeros where they count as set',
      {
        http: {
          onRateLimit: { headers: [{ append: false, value: 'b', key: 'a' }], status: 0 },
          interval: '1m',
          requests: '5',
        },
      },
      {
        http: {
          requests: 5,
          interval: '60s',
          onRateLimit: { status: 0, headers: [{ key: 'a', value: 'b', append: false }] },
        },
      },
    ],
  ],
});
