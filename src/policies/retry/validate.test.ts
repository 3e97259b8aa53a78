import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { retryKind } from './kind.js';

const positive = 'has to be greater than 0';
const whenDefined = `${positive} when defined`;
const empty = 'field cannot be empty';

describeLegacyPolicy(retryKind, {
  sources: 'byService',
  destinations: 'byServiceOnly',
  judged: [
    ['a missing conf', undefined, ['conf: has to be defined']],
    ['a conf without protocol', {}, ['conf: missing protocol [grpc|http|tcp] configuration']],
    [
      'protocols that are empty, tcp last',
      { tcp: {}, http: { retryOn: [] }, grpc: {} },
      [`conf.http: ${empty}`, `conf.grpc: ${empty}`, `conf.tcp.maxConnectAttempts: ${positive}`],
    ],
    [
      'zeros',
      {
        http: { numRetries: 0, perTryTimeout: '0s', backOff: { baseInterval: '1s', maxInterval: '0s' } },
        grpc: { numRetries: 0, perTryTimeout: '0s', backOff: { baseInterval: '0s', maxInterval: '0s' } },
      },
      [
        `conf.http.numRetries: ${whenDefined}`,
        `conf.http.perTryTimeout: ${whenDefined}`,
        `conf.http.backOff.maxInterval: ${whenDefined}`,
        `conf.grpc.numRetries: ${whenDefined}`,
        `conf.grpc.perTryTimeout: ${whenDefined}`,
        `conf.grpc.backOff.baseInterval: ${positive}`,
      ],
    ],
    [
      'a back-off without base',
      { http: { backOff: { maxInterval: '0s' } } },
      ['conf.http.backOff.baseInterval: has to be defined'],
    ],
    [
      'a method that is none, and a reason that needs status codes',
      { http: { retryOn: ['reset', 7], retriableMethods: ['GET', 'NONE'], retriableStatusCodes: [] } },
      [
        `conf.http.retriableMethods[1]: ${empty}`,
        'conf.http.retryOn[1]: retriableStatusCodes cannot be empty when this option is specified',
      ],
    ],
    ['the same reason with status codes, and twice', { http: { retryOn: [7, 7], retriableStatusCodes: [0] } }, []],
    [
      'repeated reasons of gRPC, before everything else of it',
      { grpc: { numRetries: 0, retryOn: ['internal', 'cancelled', 42, 'internal', 0, 0, 42] } },
      [
        'conf.grpc.retryOn: repeated value "42" at indexes [2, 6]',
        'conf.grpc.retryOn: repeated value "cancelled" at indexes [1, 4, 5]',
        'conf.grpc.retryOn: repeated value "internal" at indexes [0, 3]',
        `conf.grpc.numRetries: ${whenDefined}`,
      ],
    ],
    ['a reason that is unknown', { http: { retryOn: ['5xx'] } }, ['refused']],
  ],
  read: [
    [
      'the other names, and names of what is given by number',
      {
        grpc: { retry_on: [0, 9] },
        tcp: { max_connect_attempts: '3' },
        http: {
          retry_on: [0],
          retriable_methods: [3, null],
          retriable_status_codes: [0],
          back_off: { max_interval: '250ms', base_interval: '25ms' },
          per_try_timeout: '1s',
          num_retries: 1,
        },
      },
      {
        http: {
          numRetries: 1,
          perTryTimeout: '1s',
          backOff: { baseInterval: '0.025s', maxInterval: '0.250s' },
          retriableStatusCodes: [0],
          retriableMethods: ['GET', 'NONE'],
          retryOn: ['all_5xx'],
        },
        tcp: { maxConnectAttempts: 3 },
        grpc: { retryOn: ['cancelled', 9] },
      },
    ],
  ],
});
