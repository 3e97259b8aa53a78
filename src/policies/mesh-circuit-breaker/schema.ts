import { Type, type Static } from 'typebox';

import { nested } from '../../model/nested.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { peersOf } from '../peers.js';

const count = (description: string) => Type.Optional(nested.uint32({ description }));

const connectionLimits = Type.Object(
  {
    maxConnections: count('Most connections to the cluster.'),
    maxConnectionPools: count('Most connection pools of the cluster at a time.'),
    maxPendingRequests: count('Most requests that wait for a connection; for TCP, most connections.'),
    maxRetries: count('Most retries at a time.'),
    maxRequests: count('Most requests at a time; not for TCP.'),
  },
  { description: 'Limits that open the circuit when they are reached.' },
);

const consecutive = (description: string) =>
  Type.Optional(Type.Object({ consecutive: count('Failures in a row that eject a host.') }, { description }));

const minimumHosts = count('Hosts that must have enough requests; with fewer nothing is ejected.');
const requestVolume = count('Requests a host must have had in an interval to be considered.');

const detectors = Type.Object(
  {
    totalFailures: consecutive('Failures of any sort; with split errors, only those that the host answered.'),
    gatewayFailures: consecutive('Answers 502, 503 and 504; unless errors are split, local failures too.'),
    localOriginFailures: consecutive('Failures to reach the host; only with split errors.'),
    successRate: Type.Optional(
      Type.Object(
        {
          minimumHosts,
          requestVolume,
          standardDeviationFactor: Type.Optional(
            nested.intOrString({
              description:
                'How many standard deviations below the mean a host is ejected: a number, or a decimal as text.',
            }),
          ),
        },
        { description: 'Hosts whose rate of success is far below that of the others.' },
      ),
    ),
    failurePercentage: Type.Optional(
      Type.Object(
        { minimumHosts, requestVolume, threshold: count('Percentage of failures from which on a host is ejected.') },
        { description: 'Hosts of whose requests a fixed percentage fails.' },
      ),
    ),
  },
  { description: 'What counts as a failing host; at least one.' },
);

const outlierDetection = Type.Object(
  {
    disabled: Type.Optional(Type.Boolean({ description: 'Takes the whole section out of effect.' })),
    interval: Type.Optional(nested.duration({ description: 'How often hosts are judged.' })),
    baseEjectionTime: Type.Optional(
      nested.duration({ description: 'How long a host is ejected, times the number of its ejections.' }),
    ),
    maxEjectionPercent: count('Largest share of the hosts that may be ejected; one host always may.'),
    splitExternalAndLocalErrors: Type.Optional(
      Type.Boolean({ description: 'Tells failures to reach a host from failures that it answered.' }),
    ),
    detectors: Type.Optional(detectors),
  },
  { description: 'Takes failing hosts out of load balancing for a while.' },
);

const conf = Type.Object({
  connectionLimits: Type.Optional(connectionLimits),
  outlierDetection: Type.Optional(outlierDetection),
});

/** The spec of a MeshCircuitBreaker: the one truth of its shape. */
export const meshCircuitBreakerSchema = Type.Object(
  {
    targetRef: targetRefSchema,
    to: peersOf(conf, 'Limits of what is sent to destinations.'),
    from: peersOf(conf, 'Limits of what is taken from clients.'),
  },
  { description: 'Limits connections and requests, and ejects hosts that fail.' },
);

export type MeshCircuitBreaker = Static<typeof meshCircuitBreakerSchema>;
export type MeshCircuitBreakerConf = Static<typeof conf>;
