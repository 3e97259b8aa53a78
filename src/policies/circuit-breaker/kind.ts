import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { circuitBreakerSchema, type CircuitBreaker } from './schema.js';
import { validateCircuitBreaker } from './validate.js';

/** The stored kind CircuitBreaker. */
export const circuitBreakerKind: Kind<CircuitBreaker> = {
  ...legacyPolicy,
  type: 'CircuitBreaker',
  path: 'circuit-breakers',
  singularDisplayName: 'Circuit Breaker',
  pluralDisplayName: 'Circuit Breakers',
  schema: circuitBreakerSchema,
  validate: validateCircuitBreaker,
  examples: [
    {
      summary: 'Every detector and every threshold',
      body: {
        type: 'CircuitBreaker',
        mesh: 'default',
        name: 'web-to-backend',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/service': 'backend' } }, { match: { 'kuma.io/service': '*' } }],
        conf: {
          interval: '1s',
          baseEjectionTime: '30s',
          maxEjectionPercent: 20,
          splitExternalAndLocalErrors: true,
          detectors: {
            totalErrors: { consecutive: 20 },
            gatewayErrors: { consecutive: 10 },
            localErrors: { consecutive: 7 },
            standardDeviation: { requestVolume: 10, minimumHosts: 5, factor: 1.9 },
            failure: { requestVolume: 10, minimumHosts: 5, threshold: 85 },
          },
          thresholds: { maxConnections: 2, maxPendingRequests: 3, maxRetries: 4, maxRequests: 5 },
        },
      },
    },
    {
      summary: 'Detectors with their defaults',
      body: {
        type: 'CircuitBreaker',
        mesh: 'default',
        name: 'detectors',
        sources: [{ match: { 'kuma.io/service': '*' } }],
        destinations: [{ match: { 'kuma.io/service': '*' } }],
        conf: { detectors: { totalErrors: {}, standardDeviation: {} } },
      },
    },
  ],
};
