import { describe, expect, it } from 'vitest';

import { backend, computeFor, everything, routeAll, web } from '../../../test/plan/plan-proxy.js';

const guard = (conf: object, service = '*') => {
  const destinations = [{ match: { 'kuma.io/service': service } }];
  const { plan } = computeFor([
    web(),
    backend(),
    routeAll,
    { type: 'CircuitBreaker', name: 'guard', ...everything, destinations, conf },
  ]);
  return plan.clusters;
};

describe('CircuitBreaker', () => {
  it('limits the clusters of services, and looks for failures with every detector that it names', () => {
    const detectors = {
      totalErrors: {},
      gatewayErrors: { consecutive: 2 },
      localErrors: { consecutive: 3 },
      standardDeviation: { minimumHosts: 4, factor: 1.3 },
      failure: { threshold: 5 },
    };
    const conf = { interval: '1s', splitExternalAndLocalErrors: true, thresholds: { maxRetries: 6 }, detectors };
    expect(guard(conf).get('backend')).toMatchObject({
      circuitBreaker: { maxRetries: 6 },
      outlierDetection: {
        interval: '1s',
        splitExternalLocalOriginErrors: true,
        totalFailures: {},
        gatewayFailures: { consecutive: 2 },
        localOriginFailures: { consecutive: 3 },
        successRate: { minimumHosts: 4, stdevFactor: 1300 },
        failurePercentage: { threshold: 5 },
      },
    });
  });
  it('switches detection on, with all detectors off, for thresholds alone', () => {
    expect(guard({ thresholds: { maxRetries: 6 } }).get('backend')?.outlierDetection).toEqual({});
  });
  it('sets no limits without thresholds', () => {
    expect(guard({ detectors: { totalErrors: {} } }).get('backend')).not.toHaveProperty('circuitBreaker');
  });
  it.each([
    [1.0019, 1001],
    [-1, 0],
    ['NaN', 0],
    ['Infinity', 4_294_967_295],
  ])('gives Envoy a factor of %j in thousandths', (factor, thousandths) => {
    const detection = guard({ detectors: { standardDeviation: { factor } } }).get('backend')?.outlierDetection;
    expect(detection?.successRate?.stdevFactor).toBe(thousandths);
  });
  it('leaves other services and the workload alone', () => {
    const clusters = guard({ thresholds: { maxRetries: 6 } }, 'other');
    expect([...clusters.values()].filter((cluster) => cluster.outlierDetection !== undefined)).toEqual([]);
  });
});
