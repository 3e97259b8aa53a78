import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { healthCheckKind } from './kind.js';

const positive = 'must have a positive value';
const conf = { interval: '10s', timeout: '2s', unhealthyThreshold: 3, healthyThreshold: 1 };

describeLegacyPolicy(healthCheckKind, {
  sources: 'byService',
  destinations: 'byServiceOnly',
  judged: [
    ['a missing conf', undefined, ['conf: has to be defined']],
    ['a conf without http and tcp', conf, []],
    [
      'what is missing',
      {},
      ['interval', 'timeout', 'unhealthyThreshold', 'healthyThreshold'].map((name) => `conf.${name}: ${positive}`),
    ],
    [
      'zeros, before the percentage',
      {
        ...conf,
        interval: '0s',
        timeout: '-1s',
        noTrafficInterval: '0',
        intervalJitter: '0ms',
        initialJitter: '0h',
        healthyPanicThreshold: 100.5,
      },
      [
        `conf.interval: ${positive}`,
        `conf.initialJitter: ${positive}`,
        `conf.intervalJitter: ${positive}`,
        `conf.noTrafficInterval: ${positive}`,
        'conf.healthyPanicThreshold: must be in range [0.0 - 100.0]',
      ],
    ],
    ['a percentage that is no number', { ...conf, healthyPanicThreshold: 'NaN' }, []],
    [
      'http beside tcp, after path, statuses and headers',
      {
        ...conf,
        tcp: {},
        http: {
          requestHeadersToAdd: [{}, { header: {} }, { header: { key: 'a' } }],
          expectedStatuses: [99, 100, 599, 600, null],
        },
      },
      [
        'conf.http.path: has to be defined and cannot be empty',
        'conf.http.expectedStatuses[0]: must be in range [100, 600)',
        'conf.http.expectedStatuses[3]: must be in range [100, 600)',
        'conf.http.expectedStatuses[4]: must be in range [100, 600)',
        'conf.http.requestHeadersToAdd[0].header: has to be defined',
        'conf.http.requestHeadersToAdd[1].header.key: cannot be empty',
        'conf: http and tcp cannot be defined at the same time',
      ],
    ],
  ],
  read: [
    [
      'the other names',
      {
        reuse_connection: false,
        http: { expected_statuses: ['200'], request_headers_to_add: [{ append: false }], path: '/' },
        no_traffic_interval: '1m',
        always_log_health_check_failures: false,
        event_log_path: '/log',
        fail_traffic_on_panic: false,
        healthy_panic_threshold: 33.333333333,
        interval_jitter_percent: 1,
        interval_jitter: '1ms',
        initial_jitter: '1us',
        healthy_threshold: 1,
        unhealthy_threshold: 2,
      },
      {
        unhealthyThreshold: 2,
        healthyThreshold: 1,
        initialJitter: '0.000001s',
        intervalJitter: '0.001s',
        intervalJitterPercent: 1,
        healthyPanicThreshold: 33.333332,
        failTrafficOnPanic: false,
        eventLogPath: '/log',
        alwaysLogHealthCheckFailures: false,
        noTrafficInterval: '60s',
        http: { path: '/', requestHeadersToAdd: [{ append: false }], expectedStatuses: [200] },
        reuseConnection: false,
      },
    ],
    [
      'tcp before http',
      { http: {}, tcp: { receive: ['', 'YQ=='], send: '' } },
      { tcp: { receive: [null, 'YQ=='] }, http: {} },
    ],
  ],
});
