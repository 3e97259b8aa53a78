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
    case 'ring-hash':
      return { lbPolicy: 'RING_HASH', ...translateRing(balancer) };
    case 'random':
      return { lbPolicy: 'RANDOM' };
    case 'maglev':
      return {
        lbPolicy: 'MAGLEV',
        // Envoy refuses a table of any other size
        ...(balancer.tableSize === undefined || !isPrime(balancer.tableSize)
          ? {}
          : { maglevLbConfig: { tableSize: String(balancer.tableSize) } }),
      };
  }
}

/** What Envoy takes for the least size where none is given. */
const defaultMinSize = 1024;

function translateRing({ ring }: Extract<LoadBalancer, { kind: 'ring-hash' }>): Cluster {
  if (ring === undefined) return {};
  const { hashFunction, minSize, maxSize } = ring;
  // Envoy refuses a ring of which the least size is beyond the largest
  const least = maxSize !== undefined && maxSize < (minSize ?? defaultMinSize) ? maxSize : minSize;
  return {
    ringHashLbConfig: {
      ...(hashFunction === undefined || hashFunction === 'XX_HASH' ? {} : { hashFunction }),
      ...(least === undefined ? {} : { minimumRingSize: String(least) }),
      ...(maxSize === undefined ? {} : { maximumRingSize: String(maxSize) }),
    },
  };
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return number > 1;
}
