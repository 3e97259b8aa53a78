import { describe, expect, it } from 'vitest';

import { backend, computeFor, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';
import type { LoadBalancer } from '../../plan/cluster-plan.js';

const strategy = (conf: object, service = 'backend'): Document => ({
  type: 'MeshLoadBalancingStrategy',
  name: 'l',
  spec: { targetRef: { kind: 'Mesh' }, to: [{ targetRef: { kind: 'MeshService', name: service }, default: conf }] },
});
const header = { type: 'Header', header: { name: 'x-user' }, terminal: true };

describe('MeshLoadBalancingStrategy', () => {
  it.each<{ name: string; loadBalancer: object; planned: LoadBalancer }>([
    { name: 'RoundRobin', loadBalancer: { type: 'RoundRobin' }, planned: { kind: 'round-robin' } },
    {
      name: 'LeastRequest',
      loadBalancer: { type: 'LeastRequest', leastRequest: { choiceCount: 4 } },
      planned: { kind: 'least-request', choiceCount: 4 },
    },
    { name: 'Random', loadBalancer: { type: 'Random' }, planned: { kind: 'random' } },
    { name: 'RingHash by itself', loadBalancer: { type: 'RingHash' }, planned: { kind: 'ring-hash' } },
    {
      name: 'RingHash',
      loadBalancer: { type: 'RingHash', ringHash: { hashFunction: 'MurmurHash2', minRingSize: 1, maxRingSize: 2 } },
      planned: { kind: 'ring-hash', ring: { hashFunction: 'MURMUR_HASH_2', minSize: 1, maxSize: 2 } },
    },
    {
      name: 'Maglev',
      loadBalancer: { type: 'Maglev', maglev: { tableSize: 11 }, random: {} },
      planned: { kind: 'maglev', tableSize: 11 },
    },
  ])('spreads by $name', ({ loadBalancer, planned }) => {
    const { plan } = computeFor([web(), backend(), routeAll, strategy({ loadBalancer })]);
    expect(plan.clusters.get('backend')?.loadBalancer).toEqual(planned);
    expect(plan.clusters.get('localhost:8080')?.loadBalancer).toBeUndefined();
  });

  it('leaves clusters of services alone that the workload does not consume by name', () => {
    const route: Document = {
      type: 'MeshTCPRoute',
      name: 't',
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            rules: [{ default: { backendRefs: [{ kind: 'MeshService', name: 'other' }] } }],
          },
        ],
      },
    };
    const { plan } = computeFor([web(), backend(), route, strategy({ loadBalancer: { type: 'Random' } }, 'other')]);
    expect(plan.clusters.get('other')?.loadBalancer).toBeUndefined();
  });

  it.each<{ name: string; hashPolicy: object; planned: readonly object[] }>([
    { name: 'headers', hashPolicy: header, planned: [{ kind: 'header', name: 'x-user', terminal: true }] },
    {
      name: 'cookies',
      hashPolicy: { type: 'Cookie', cookie: { name: 'c', ttl: '1m', path: '/a' } },
      planned: [{ kind: 'cookie', name: 'c', ttl: '60s', path: '/a', terminal: false }],
    },
    {
      name: 'parameters',
      hashPolicy: { type: 'QueryParameter', queryParameter: { name: 'q' } },
      planned: [{ kind: 'query-parameter', name: 'q', terminal: false }],
    },
    {
      name: 'the state of filters',
      hashPolicy: { type: 'FilterState', filterState: { key: 'k' } },
      planned: [{ kind: 'filter-state', key: 'k', terminal: false }],
    },
    {
      name: 'no source addresses',
      hashPolicy: { type: 'SourceIP', connection: { sourceIP: true } },
      planned: [],
    },
  ])('hashes $name', ({ hashPolicy, planned }) => {
    const balancers = [
      { type: 'RingHash', ringHash: { hashPolicies: [hashPolicy] } },
      { type: 'Maglev', maglev: { hashPolicies: [hashPolicy] } },
    ];
    const hashed = balancers.map((loadBalancer) => {
      const { plan } = computeFor([web(), backend('http'), routeAll, strategy({ loadBalancer })]);
      const traffic = plan.outboundListeners.get('127.0.0.1:10001')?.traffic;
      const action = traffic?.kind === 'http' ? traffic.routes[0]?.action : undefined;
      return action?.kind === 'forward' ? action.hashPolicies : undefined;
    });
    expect(hashed).toEqual([planned, planned]);
  });

  it('hashes nothing for balancers that do not', () => {
    const loadBalancer = { type: 'Random', ringHash: { hashPolicies: [header] } };
    const { resources } = computeFor([web(), backend('http'), routeAll, strategy({ loadBalancer })]);
    expect(JSON.stringify([...resources.listeners.values()])).not.toContain('x-user');
  });
});
