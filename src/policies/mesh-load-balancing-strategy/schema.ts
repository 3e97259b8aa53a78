import { Type, type Static } from 'typebox';

import { nested } from '../../model/nested.js';
import { readBack } from '../../model/read-back.js';
import { targetRefSchema } from '../../model/target-ref.js';
import { peersOf } from '../peers.js';
import { hashPolicies } from './hash-policies.js';

const localZone = Type.Object(
  {
    affinityTags: Type.Optional(
      Type.Array(
        Type.Object({
          key: Type.String({ description: 'Name of a tag, on which client and host should agree.' }),
          weight: Type.Optional(
            nested.uint32({ description: 'Share of the traffic; all of the list have one, or none has.' }),
          ),
        }),
        { description: 'From the most important tag to the least important.' },
      ),
    ),
  },
  { description: 'Preferences inside the zone of the client.' },
);

const failover = Type.Object({
  from: Type.Optional(
    Type.Object({ zones: Type.Array(Type.String()) }, { description: 'Zones of the clients; absent means all.' }),
  ),
  to: Type.Object({
    type: nested.oneOf(['None', 'Only', 'Any', 'AnyExcept'], { description: 'Which zones take over.' }),
    zones: Type.Optional(Type.Array(Type.String(), { description: 'For the types Only and AnyExcept.' })),
  }),
});

const crossZone = Type.Object(
  {
    failover: Type.Optional(
      Type.Array(failover, { ...readBack.omitEmpty, description: 'Where to go next, in this order.' }),
    ),
    failoverThreshold: Type.Optional(
      Type.Object(
        {
          percentage: nested.intOrString({ default: 50, description: 'Above 0 and below 100; a decimal as text.' }),
        },
        { description: 'How many hosts have to be healthy for the traffic to stay.' },
      ),
    ),
  },
  { description: 'What happens when the zone of the client has too few healthy hosts.' },
);

const localityAwareness = Type.Object(
  {
    disabled: Type.Optional(Type.Boolean({ description: 'Takes all zones for equal.' })),
    localZone: Type.Optional(localZone),
    crossZone: Type.Optional(crossZone),
  },
  { description: 'Which hosts are preferred for where they are.' },
);

const ringSize = (description: string) => Type.Optional(nested.uint32({ minimum: 1, maximum: 8_000_000, description }));

const loadBalancer = Type.Object(
  {
    type: nested.oneOf(['RoundRobin', 'LeastRequest', 'RingHash', 'Random', 'Maglev']),
    roundRobin: Type.Optional(Type.Object({}, { description: 'One host after the other.' })),
    leastRequest: Type.Optional(
      Type.Object(
        {
          choiceCount: Type.Optional(
            nested.uint32({ minimum: 2, default: 2, description: 'How many hosts are compared.' }),
          ),
        },
        { description: 'Of some hosts taken at random the one with the fewest open requests.' },
      ),
    ),
    ringHash: Type.Optional(
      Type.Object(
        {
          hashFunction: Type.Optional(nested.oneOf(['XXHash', 'MurmurHash2'], { default: 'XXHash' })),
          minRingSize: ringSize('Least number of entries of the ring.'),
          maxRingSize: ringSize('Most entries of the ring.'),
          hashPolicies,
        },
        { description: 'Equal hashes go to the same host; hosts that come or go move few of them.' },
      ),
    ),
    random: Type.Optional(Type.Object({}, { description: 'Any host.' })),
    maglev: Type.Optional(
      Type.Object(
        {
          tableSize: Type.Optional(
            nested.uint32({ minimum: 1, maximum: 5_000_011, default: 65_537, description: 'A prime number.' }),
          ),
          hashPolicies,
        },
        { description: 'As ringHash, faster and with more hashes that move.' },
      ),
    ),
  },
  { description: 'How a host is chosen: by what stands below the name of the type.' },
);

const conf = Type.Object({
  localityAwareness: Type.Optional(localityAwareness),
  loadBalancer: Type.Optional(loadBalancer),
});

/** The spec of a MeshLoadBalancingStrategy: the one truth of its shape. */
export const meshLoadBalancingStrategySchema = Type.Object(
  { targetRef: targetRefSchema, to: peersOf(conf, 'How hosts of destinations are chosen.') },
  { description: 'Says which host of a service a request or a connection goes to.' },
);

export type MeshLoadBalancingStrategy = Static<typeof meshLoadBalancingStrategySchema>;
export type MeshLoadBalancingStrategyConf = Static<typeof conf>;
export type LocalityAwareness = Static<typeof localityAwareness>;
export type LoadBalancer = Static<typeof loadBalancer>;
export type Failover = Static<typeof failover>;
