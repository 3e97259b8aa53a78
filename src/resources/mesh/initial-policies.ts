import type { Provision } from '../../model/provision.js';
import type { MeshDocument } from './schema.js';

const all = [{ match: { 'kuma.io/service': '*' } }];
const everything = { sources: all, destinations: all };
const requestRetries = {
  numRetries: 5,
  perTryTimeout: '16s',
  backOff: { baseInterval: '0.025s', maxInterval: '0.250s' },
};

/** By type: what the name begins with, and the spec. */
const policies = [
  { type: 'TrafficPermission', prefix: 'allow-all', spec: everything },
  {
    type: 'TrafficRoute',
    prefix: 'route-all',
    spec: { ...everything, conf: { loadBalancer: { roundRobin: {} }, destination: { 'kuma.io/service': '*' } } },
  },
  {
    type: 'Timeout',
    prefix: 'timeout-all',
    spec: {
      ...everything,
      conf: {
        connectTimeout: '5s',
        tcp: { idleTimeout: '3600s' },
        http: { requestTimeout: '15s', idleTimeout: '3600s', streamIdleTimeout: '1800s' },
      },
    },
  },
  {
    type: 'CircuitBreaker',
    prefix: 'circuit-breaker-all',
    spec: {
      ...everything,
      conf: { thresholds: { maxConnections: 1024, maxPendingRequests: 1024, maxRetries: 3, maxRequests: 1024 } },
    },
  },
  {
    type: 'Retry',
    prefix: 'retry-all',
    spec: { ...everything, conf: { http: requestRetries, tcp: { maxConnectAttempts: 5 }, grpc: requestRetries } },
  },
] as const;

/**
 * The policies that a new mesh begins with, except those whose types it wants to do without; `*` stands for all.
 * Their names may be longer than those of other resources (Kuma 2.5).
 */
export function initialPolicies(
  { skipCreatingInitialPolicies: skipped = [] }: MeshDocument,
  mesh: string,
): Provision[] {
  if (skipped.includes('*')) return [];
  return policies
    .filter(({ type }) => !skipped.includes(type))
    .map(({ type, prefix, spec }) => ({ provide: 'resource', key: { type, mesh, name: `${prefix}-${mesh}` }, spec }));
}
