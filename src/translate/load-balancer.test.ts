import { expect, it } from 'vitest';

import type { LoadBalancer } from '../plan/cluster-plan.js';
import { translateLoadBalancer } from './load-balancer.js';

const ring = (least?: string, largest?: string) => ({
  lbPolicy: 'RING_HASH',
  ringHashLbConfig: {
    ...(least === undefined ? {} : { minimumRingSize: least }),
    ...(largest === undefined ? {} : { maximumRingSize: largest }),
  },
});

// what Envoy refuses is a ring with a least size (1024 by itself) beyond the largest, and a table of no prime size
it.each<{ name: string; balancer: LoadBalancer; cluster: object }>([
  { name: 'a ring as it is', balancer: { kind: 'ring-hash' }, cluster: { lbPolicy: 'RING_HASH' } },
  { name: 'an empty ring', balancer: { kind: 'ring-hash', ring: {} }, cluster: ring() },
  {
    name: 'a ring in order',
    balancer: { kind: 'ring-hash', ring: { minSize: 5, maxSize: 6 } },
    cluster: ring('5', '6'),
  },
  {
    name: 'a ring upside down',
    balancer: { kind: 'ring-hash', ring: { minSize: 7, maxSize: 6 } },
    cluster: ring('6', '6'),
  },
  { name: 'a small ring', balancer: { kind: 'ring-hash', ring: { maxSize: 6 } }, cluster: ring('6', '6') },
  { name: 'a large ring', balancer: { kind: 'ring-hash', ring: { maxSize: 2048 } }, cluster: ring(undefined, '2048') },
  {
    name: 'a prime table',
    balancer: { kind: 'maglev', tableSize: 65_537 },
    cluster: { lbPolicy: 'MAGLEV', maglevLbConfig: { tableSize: '65537' } },
  },
  ...[1, 4, 9, 5_000_010].map((tableSize) => ({
    name: `a table of ${tableSize}`,
    balancer: { kind: 'maglev', tableSize } as const,
    cluster: { lbPolicy: 'MAGLEV' },
  })),
])('translates $name', ({ balancer, cluster }) => {
  expect(translateLoadBalancer(balancer)).toEqual(cluster);
});
