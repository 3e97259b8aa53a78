import type { Static } from 'typebox';

import { proto } from '../../model/proto.js';
import { connectionFields } from '../../model/selector.js';

const errors = (description: string) =>
  proto.message({ consecutive: proto.uint32Value({ description: 'Errors in a row.' }) }, { description });

const volume = {
  requestVolume: proto.uint32Value({ description: 'Requests in an interval that an endpoint needs to be judged.' }),
  minimumHosts: proto.uint32Value({ description: 'Endpoints with so many requests that are needed to judge any.' }),
};

const detectors = proto.message(
  {
    totalErrors: errors('Errors of every sort; with `splitExternalAndLocalErrors` only those of the service.'),
    gatewayErrors: errors('Answers 502, 503 and 504.'),
    localErrors: errors('Errors of the connection; only with `splitExternalAndLocalErrors`.'),
    standardDeviation: proto.message(
      {
        ...volume,
        factor: proto.doubleValue({ description: 'Standard deviations below the mean rate of success that are bad.' }),
      },
      { description: 'Endpoints that succeed much less often than the others.' },
    ),
    failure: proto.message(
      { ...volume, threshold: proto.uint32Value({ description: 'Percentage of failures that is bad, 0 to 100.' }) },
      { description: 'Endpoints that fail too often.' },
    ),
  },
  { description: 'What makes an endpoint bad; at least one.' },
);

const thresholds = proto.message(
  {
    maxConnections: proto.uint32Value({ description: 'Connections at a time.' }),
    maxPendingRequests: proto.uint32Value({ description: 'Requests that wait for a connection.' }),
    maxRetries: proto.uint32Value({ description: 'Retries at a time.' }),
    maxRequests: proto.uint32Value({ description: 'Requests at a time.' }),
  },
  { description: 'What a service takes at most; at least one.' },
);

/** The spec of a CircuitBreaker: the one truth of its shape. */
export const circuitBreakerSchema = proto.message(
  {
    ...connectionFields,
    conf: proto.message(
      {
        interval: proto.duration({ description: 'Time between two judgements of the endpoints.' }),
        baseEjectionTime: proto.duration({ description: 'How long an endpoint is left out the first time.' }),
        maxEjectionPercent: proto.uint32Value({
          description: 'Percentage of endpoints that may be left out, 0 to 100.',
        }),
        splitExternalAndLocalErrors: proto.bool({
          description: 'Errors of the connection are told from those of the service.',
        }),
        detectors,
        thresholds,
      },
      { description: 'At least one detector or threshold.' },
    ),
  },
  { description: 'Leaves out endpoints that fail, and limits what a service is given.' },
);

/** A CircuitBreaker's spec as it is stored; everything may be absent. */
export type CircuitBreaker = Static<typeof circuitBreakerSchema>;
