import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { timeoutKind } from './kind.js';

const none = 'at least one timeout in section has to be defined';
const whenDefined = 'has to be greater than 0 when defined';

describeLegacyPolicy(timeoutKind, {
  sources: 'byService',
  destinations: 'byServiceOnly',
  judged: [
    ['a missing conf', undefined, ['conf: has to be defined']],
    ['a conf without timeouts', {}, []],
    ['a connection that may take no time', { connectTimeout: '0s' }, []],
    [
      'sections without timeouts, and one of http that does not count',
      { grpc: {}, http: { streamIdleTimeout: '1s', maxStreamDuration: '1s' }, tcp: {} },
      [`conf.tcp: ${none}`, `conf.http: ${none}`, `conf.grpc: ${none}`],
    ],
    [
      'zeros',
      {
        tcp: { idleTimeout: '0s' },
        http: { requestTimeout: '0s', idleTimeout: '0s', streamIdleTimeout: '0s', maxStreamDuration: '0s' },
        grpc: { streamIdleTimeout: '0s', maxStreamDuration: '0s' },
      },
      [
        'conf.tcp.idleTimeout: has to be greater than 0',
        `conf.http.requestTimeout: ${whenDefined}`,
        `conf.http.idleTimeout: ${whenDefined}`,
        `conf.grpc.streamIdleTimeout: ${whenDefined}`,
        `conf.grpc.maxStreamDuration: ${whenDefined}`,
      ],
    ],
    ['one timeout a section', { http: { idleTimeout: '-1s' }, grpc: { maxStreamDuration: '1s' } }, []],
  ],
  read: [
    [
      'the other names',
      {
        grpc: { max_stream_duration: '1s', stream_idle_timeout: '2s' },
        http: { max_stream_duration: '3s', stream_idle_timeout: '4s', idle_timeout: '5s', request_timeout: '6s' },
        tcp: { idle_timeout: '7s' },
        connect_timeout: '8s',
      },
      {
        connectTimeout: '8s',
        tcp: { idleTimeout: '7s' },
        http: { requestTimeout: '6s', idleTimeout: '5s', streamIdleTimeout: '4s', maxStreamDuration: '3s' },
        grpc: { streamIdleTimeout: '2s', maxStreamDuration: '1s' },
      },
    ],
  ],
});
