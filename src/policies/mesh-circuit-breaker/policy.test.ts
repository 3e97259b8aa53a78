import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const mesh = { kind: 'Mesh' };
const breaker = (section: 'to' | 'from', conf: object): Document => ({
  type: 'MeshCircuitBreaker',
  name: 'breaker',
  spec: { targetRef: mesh, [section]: [{ targetRef: mesh, default: conf }] },
});
const clusterOf = (documents: readonly Document[], name = 'backend') => computeFor(documents).plan.clusters.get(name);
const detectors = { totalFailures: { consecutive: 2 } };
const older: Document = {
  type: 'CircuitBreaker',
  name: 'older',
  ...everything,
  conf: { thresholds: { maxRetries: 9, maxRequests: 8 }, detectors: { gatewayErrors: { consecutive: 7 } } },
};

describe('MeshCircuitBreaker', () => {
  it.each([
    [
      'limits',
      { connectionLimits: { maxConnections: 1, maxConnectionPools: 2, maxPendingRequests: 3, maxRetries: 4 } },
      { circuitBreaker: { maxConnections: 1, maxConnectionPools: 2, maxPendingRequests: 3, maxRetries: 4 } },
    ],
    [
      'ejections',
      {
        outlierDetection: {
          interval: '1m',
          baseEjectionTime: '30s',
          maxEjectionPercent: 20,
          splitExternalAndLocalErrors: true,
          detectors: {
            gatewayFailures: { consecutive: 3 },
            localOriginFailures: { consecutive: 4 },
            successRate: { minimumHosts: 5, requestVolume: 6, standardDeviationFactor: '1.0019' },
            failurePercentage: { minimumHosts: 7, requestVolume: 8, threshold: 9 },
          },
        },
      },
      {
        outlierDetection: {
          interval: '60s',
          baseEjectionTime: '30s',
          maxEjectionPercent: 20,
          splitExternalLocalOriginErrors: true,
          switchesOffLocalOrigin: true,
          gatewayFailures: { consecutive: 3 },
          localOriginFailures: { consecutive: 4 },
          successRate: { minimumHosts: 5, requestVolume: 6, stdevFactor: 1001 },
          failurePercentage: { minimumHosts: 7, requestVolume: 8, threshold: 9 },
        },
      },
    ],
  ])('gives the clusters of consumed services its %s', (_name, conf, planned) => {
    expect(clusterOf([web(), backend(), routeAll, breaker('to', conf)])).toMatchObject(planned);
  });

  it.each([
    [
      'replaces the limits as a whole',
      { connectionLimits: { maxRetries: 1 } },
      { circuitBreaker: { maxRetries: 1 }, outlierDetection: { gatewayFailures: { consecutive: 7 } } },
    ],
    [
      'replaces the ejections as a whole',
      { outlierDetection: { detectors } },
      {
        circuitBreaker: { maxRetries: 9, maxRequests: 8 },
        outlierDetection: { switchesOffLocalOrigin: true, ...detectors },
      },
    ],
    [
      'leaves the ejections when its own are disabled',
      { outlierDetection: { disabled: true, detectors } },
      { outlierDetection: { gatewayFailures: { consecutive: 7 } } },
    ],
  ])('%s that an older CircuitBreaker set', (_name, conf, { ...planned }) => {
    const cluster = clusterOf([web(), backend(), routeAll, older, breaker('to', conf)]);
    expect({ circuitBreaker: cluster?.circuitBreaker, outlierDetection: cluster?.outlierDetection }).toEqual({
      circuitBreaker: { maxRetries: 9, maxRequests: 8 },
      ...planned,
    });
  });

  it('leaves clusters of services to which a route leads, but that are not consumed', () => {
    const elsewhere = { ...routeAll, conf: { destination: { 'kuma.io/service': 'other' } } };
    const policy = breaker('to', { connectionLimits: { maxRetries: 1 } });
    expect(clusterOf([web(), elsewhere, policy], 'other')).not.toHaveProperty('circuitBreaker');
  });

  it.each([
    ['the port of the inbound', undefined, 'localhost:80', true],
    ['another port', 8080, 'localhost:8080', false],
  ])('limits a workload on %s: %j', (_name, servicePort, name, isLimited) => {
    const inbound = { port: 80, tags: { 'kuma.io/service': 'web' }, ...(servicePort && { servicePort }) };
    const dataplane = { type: 'Dataplane', name: 'web-1', networking: { address: '10.0.0.1', inbound: [inbound] } };
    const cluster = clusterOf([dataplane, breaker('from', { connectionLimits: { maxRetries: 1 } })], name);
    expect(cluster?.circuitBreaker).toEqual(isLimited ? { maxRetries: 1 } : undefined);
  });
});
