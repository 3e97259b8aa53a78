import type { Example } from '../../model/kind.js';

/** Examples of MeshRetry. */
export const meshRetryExamples: readonly Example[] = [
  {
    summary: 'Requests to backend are tried three times more, with growing waits',
    body: {
      type: 'MeshRetry',
      name: 'backend-retry',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshService', name: 'frontend' },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            default: {
              http: {
                numRetries: 3,
                backOff: { baseInterval: '100ms', maxInterval: '5s' },
                retryOn: ['5xx', 'ConnectFailure'],
              },
            },
          },
        ],
      },
    },
  },
  {
    summary: 'Connections and gRPC requests to every service',
    body: {
      type: 'MeshRetry',
      name: 'tcp-and-grpc',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: { kind: 'Mesh' },
            default: { tcp: { maxConnectAttempt: 5 }, grpc: { numRetries: 5, retryOn: ['Unavailable'] } },
          },
        ],
      },
    },
  },
  {
    summary: 'Every field',
    body: {
      type: 'MeshRetry',
      name: 'full',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            default: {
              tcp: { maxConnectAttempt: 5 },
              http: {
                numRetries: 3,
                perTryTimeout: '20s',
                backOff: { baseInterval: '15s', maxInterval: '20m0s' },
                rateLimitedBackOff: {
                  resetHeaders: [
                    { name: 'retry-after', format: 'Seconds' },
                    { name: 'x-reset', format: 'UnixTimestamp' },
                  ],
                  maxInterval: '20s',
                },
                retryOn: [
                  '5xx',
                  'GatewayError',
                  'Reset',
                  'Retriable4xx',
                  'ConnectFailure',
                  'EnvoyRatelimited',
                  'RefusedStream',
                  'Http3PostConnectFailure',
                  'HttpMethodConnect',
                  'HttpMethodDelete',
                  'HttpMethodGet',
                  'HttpMethodHead',
                  'HttpMethodOptions',
                  'HttpMethodPatch',
                  'HttpMethodPost',
                  'HttpMethodPut',
                  'HttpMethodTrace',
                  '500',
                  '429',
                ],
                retriableResponseHeaders: [
                  { type: 'Exact', name: 'x-a', value: '1' },
                  { type: 'Present', name: 'x-b' },
                  { type: 'RegularExpression', name: 'x-c', value: '.*' },
                  { type: 'Absent', name: 'x-d' },
                  { type: 'Prefix', name: 'x-e', value: 'p' },
                ],
                retriableRequestHeaders: [
                  { type: 'Exact', name: 'x-a', value: '1' },
                  { type: 'Present', name: 'x-b' },
                  { type: 'RegularExpression', name: 'x-c', value: '.*' },
                  { type: 'Absent', name: 'x-d' },
                  { type: 'Prefix', name: 'x-e', value: 'p' },
                ],
                hostSelection: [
                  { predicate: 'OmitPreviousHosts' },
                  { predicate: 'OmitHostsWithTags', tags: { a: 'b' } },
                  { predicate: 'OmitPreviousPriorities', updateFrequency: 2 },
                ],
                hostSelectionMaxAttempts: 9,
              },
              grpc: {
                numRetries: 3,
                perTryTimeout: '20s',
                backOff: { baseInterval: '15s', maxInterval: '20m0s' },
                rateLimitedBackOff: {
                  resetHeaders: [
                    { name: 'retry-after', format: 'Seconds' },
                    { name: 'x-reset', format: 'UnixTimestamp' },
                  ],
                  maxInterval: '20s',
                },
                retryOn: ['Canceled', 'DeadlineExceeded', 'Internal', 'ResourceExhausted', 'Unavailable'],
              },
            },
          },
        ],
      },
    },
  },
];
