import type { Cluster } from '../envoy/resources.js';
import type { LoadBalancer } from '../plan/cluster-plan.js';

/** How requests are spread over endpoints; round robin is what Envoy does by itself. */
export function translateLoadBalancer(balancer: LoadBalancer): Cluster {
  switch (balancer.kind) {
    case 'round-robin':
      return {};
    case 'least-request':
      return {
        lbPolicy: 'LEAST_REQUEST',
        ...(balancer.choiceCount === undefined ? {} : { leastRequestLbConfig: { choiceCount: balancer.choiceCount } }),
      };
    case 'ring-hash': {
      const { hashFunction, minRingSize, maxRingSize } = balancer;
      return {
        lbPolicy: 'RING_HASH',
        ringHashLbConfig: {
          ...(hashFunction === undefined || hashFunction === 'XX_HASH' ? {} : { hashFunction }),
          ...(minRingSize === undefined ? {} : { minimumRingSize: String(minRingSize) }),
          ...(maxRingSize === undefined ? {} : { maximumRingSize: String(maxRingSize) }),
        },
      };
    }
    case 'random':
      return { lbPolicy: 'RANDOM' };
    case 'maglev':
      return {
        lbPolicy: 'MAGLEV',
        ...(balancer.tableSize === undefined ? {} : { maglevLbConfig: { tableSize: String(balancer.tableSize) } }),
      };
  }
}
