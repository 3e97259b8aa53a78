import type { Example } from '../../model/kind.js';

/** Examples of MeshLoadBalancingStrategy. */
export const meshLoadBalancingStrategyExamples: readonly Example[] = [
  {
    summary: 'Requests with the same header x-user go to the same host',
    body: {
      type: 'MeshLoadBalancingStrategy',
      name: 'sticky-users',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            default: {
              loadBalancer: {
                type: 'RingHash',
                ringHash: { hashPolicies: [{ type: 'Header', header: { name: 'x-user' } }] },
              },
            },
          },
        ],
      },
    },
  },
  {
    summary:
      'Hosts on the same node are preferred, then those of the same zone; other zones take over when fewer than half are healthy',
    body: {
      type: 'MeshLoadBalancingStrategy',
      name: 'near-first',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshService', name: 'web' },
        to: [
          {
            targetRef: { kind: 'Mesh' },
            default: {
              localityAwareness: {
                localZone: { affinityTags: [{ key: 'node' }] },
                crossZone: { failover: [{ to: { type: 'Any' } }], failoverThreshold: { percentage: 50 } },
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
      type: 'MeshLoadBalancingStrategy',
      name: 'full',
      mesh: 'default',
      spec: {
        targetRef: { kind: 'MeshServiceSubset', name: 'web', tags: { version: 'v1' } },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            default: {
              localityAwareness: {
                disabled: false,
                localZone: {
                  affinityTags: [
                    { key: 'k8s.io/node', weight: 90 },
                    { key: 'k8s.io/az', weight: 10 },
                  ],
                },
                crossZone: {
                  failover: [
                    { from: { zones: ['zone-1'] }, to: { type: 'Only', zones: ['zone-2', 'zone-3'] } },
                    { to: { type: 'None' } },
                  ],
                  failoverThreshold: { percentage: 70 },
                },
              },
              loadBalancer: {
                type: 'RingHash',
                roundRobin: {},
                leastRequest: { choiceCount: 4 },
                ringHash: {
                  hashFunction: 'MurmurHash2',
                  minRingSize: 1024,
                  maxRingSize: 8000000,
                  hashPolicies: [
                    { type: 'Header', terminal: true, header: { name: 'x-user' } },
                    { type: 'Cookie', terminal: false, cookie: { name: 'session', ttl: '1m0s', path: '/api' } },
                    { type: 'SourceIP', connection: { sourceIP: true } },
                    { type: 'QueryParameter', queryParameter: { name: 'q' } },
                    { type: 'FilterState', filterState: { key: 'k' } },
                  ],
                },
                random: {},
                maglev: {
                  tableSize: 65537,
                  hashPolicies: [
                    { type: 'Header', terminal: true, header: { name: 'x-user' } },
                    { type: 'Cookie', terminal: false, cookie: { name: 'session', ttl: '1m0s', path: '/api' } },
                    { type: 'SourceIP', connection: { sourceIP: true } },
                    { type: 'QueryParameter', queryParameter: { name: 'q' } },
                    { type: 'FilterState', filterState: { key: 'k' } },
                  ],
                },
              },
            },
          },
        ],
      },
    },
  },
];
