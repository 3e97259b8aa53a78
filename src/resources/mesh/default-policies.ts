import type { Provision } from '../../model/provision.js';

const selectors = [{ match: { 'kuma.io/service': '*' } }];
const everywhere = { sources: selectors, destinations: selectors };

const backOff = { baseInterval: '0.025s', maxInterval: '0.250s' };
const requests = { numRetries: 5, perTryTimeout: '16s', backOff };

/** Type, beginning of the name, and spec of each, as it is stored. */
const defaults: readonly (readonly [type: string, prefix: string, spec: object])[] = [
  ['TrafficPermission', 'allow-all', everywhere],
  [
    'TrafficRoute',
    'route-all',
    { ...everywhere, conf: { loadBalancer: { roundRobin: {} }, destination: { 'kuma.io/service': '*' } } },
  ],
  [
    'Timeout',
    'timeout-all',
    {
      ...everywhere,
      conf: {
        connectTimeout: '5s',
        tcp: { idleTimeout: '3600s' },
        http: { requestTimeout: '15s', idleTimeout: '3600s', streamIdleTimeout: '1800s' },
      },
    },
  ],
  [
    'CircuitBreaker',
    'circuit-breaker-all',
    {
      ...everywhere,
      conf: { thresholds: { maxConnections: 1024, maxPendingRequests: 1024, maxRetries: 3, maxRequests: 1024 } },
    },
  ],
  ['Retry', 'retry-all', { ...everywhere, conf: { http: requests, tcp: { maxConnectAttempts: 5 }, grpc: requests } }],
];

/** The policies that a new mesh has (Kuma 2.5), but for the types that it skips; `*` skips all. */
export const defaultPolicies = (mesh: string, skipped: readonly string[] = []): Provision[] =>
  defaults
    .filter(([type]) => !skipped.includes('*') && !skipped.includes(type))
    .map(([type, prefix, spec]) => ({ provide: 'resource', key: { type, mesh, name: `${prefix}-${mesh}` }, spec }));
