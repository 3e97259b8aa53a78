import { makePolicyKind } from '../policy-kind.js';
import { meshCircuitBreakerSchema, type MeshCircuitBreaker } from './schema.js';
import { validateMeshCircuitBreaker } from './validate.js';

const everything = {
  connectionLimits: {
    maxConnections: 2,
    maxConnectionPools: 5,
    maxPendingRequests: 6,
    maxRetries: 7,
    maxRequests: 8,
  },
  outlierDetection: {
    disabled: false,
    interval: '10s',
    baseEjectionTime: '30s',
    maxEjectionPercent: 20,
    splitExternalAndLocalErrors: true,
    detectors: {
      totalFailures: { consecutive: 10 },
      gatewayFailures: { consecutive: 10 },
      localOriginFailures: { consecutive: 10 },
      successRate: { minimumHosts: 5, requestVolume: 10, standardDeviationFactor: '1.9' },
      failurePercentage: { minimumHosts: 5, requestVolume: 10, threshold: 85 },
    },
  },
};

/** The stored kind MeshCircuitBreaker. */
export const meshCircuitBreakerKind = makePolicyKind<MeshCircuitBreaker>({
  type: 'MeshCircuitBreaker',
  path: 'meshcircuitbreakers',
  singularDisplayName: 'Mesh Circuit Breaker',
  pluralDisplayName: 'Mesh Circuit Breakers',
  sections: ['to', 'from'],
  schema: meshCircuitBreakerSchema,
  validate: validateMeshCircuitBreaker,
  examples: [
    {
      summary: 'The proxies of web open at most two connections to backend',
      body: {
        type: 'MeshCircuitBreaker',
        name: 'web-to-backend',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshService', name: 'web' },
          to: [
            {
              targetRef: { kind: 'MeshService', name: 'backend' },
              default: { connectionLimits: { maxConnections: 2, maxPendingRequests: 8 } },
            },
          ],
        },
      },
    },
    {
      summary: 'Hosts of any service that fail five times in a row are ejected for half a minute',
      body: {
        type: 'MeshCircuitBreaker',
        name: 'eject-failing',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'Mesh' },
          to: [
            {
              targetRef: { kind: 'Mesh' },
              default: {
                outlierDetection: {
                  interval: '5s',
                  baseEjectionTime: '30s',
                  maxEjectionPercent: 50,
                  detectors: { totalFailures: { consecutive: 5 } },
                },
              },
            },
          ],
        },
      },
    },
    {
      summary: 'Every field',
      body: {
        type: 'MeshCircuitBreaker',
        name: 'full',
        mesh: 'default',
        spec: {
          targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
          to: [{ targetRef: { kind: 'MeshService', name: 'backend' }, default: everything }],
          from: [{ targetRef: { kind: 'Mesh' }, default: everything }],
        },
      },
    },
  ],
});
