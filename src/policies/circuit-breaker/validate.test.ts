import { describeLegacyPolicy } from '../../../test/kinds/legacy-policy.js';
import { circuitBreakerKind } from './kind.js';

const range = 'has to be in [0.0 - 100.0] range';
const nothing = ['conf: must have at least one of the detector or threshold configured'];

describeLegacyPolicy(circuitBreakerKind, {
  sources: 'byService',
  destinations: 'byServiceOnly',
  judged: [
    ['a missing conf', undefined, nothing],
    ['a conf without detector and threshold, and nothing else', { maxEjectionPercent: 101, detectors: {} }, nothing],
    ['one detector', { detectors: { localErrors: {} } }, []],
    ['one threshold of zero', { thresholds: { maxRequests: 0 } }, []],
    ['detectors that are empty', { detectors: {}, thresholds: { maxRetries: 1 } }, ["conf.detectors: can't be empty"]],
    [
      'percentages, before thresholds that are empty',
      { maxEjectionPercent: 101, detectors: { failure: { threshold: 101 } }, thresholds: {} },
      [
        `conf.maxEjectionPercent: ${range}`,
        `conf.detectors.failure.threshold: ${range}`,
        "conf.thresholds: can't be empty",
      ],
    ],
    ['percentages at their limits', { maxEjectionPercent: 0, detectors: { failure: { threshold: 100 } } }, []],
    ['a name in snake_case', { thresholds: { max_connections: 1 } }, nothing],
    ['a negative number', { thresholds: { maxRetries: -1 } }, ['refused']],
  ],
  read: [
    [
      'everything in the order of the schema, zeros where they count as set',
      {
        thresholds: { maxRequests: '4', maxConnections: 0 },
        detectors: { failure: {}, standardDeviation: { factor: '1e-7', minimumHosts: 0 }, totalErrors: null },
        splitExternalAndLocalErrors: false,
        baseEjectionTime: '1m30s',
        interval: '0',
      },
      {
        interval: '0s',
        baseEjectionTime: '90s',
        detectors: { standardDeviation: { minimumHosts: 0, factor: 1e-7 }, failure: {} },
        thresholds: { maxConnections: 0, maxRequests: 4 },
      },
    ],
  ],
});
