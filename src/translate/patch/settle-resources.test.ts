import { expect, it } from 'vitest';

import type { Cluster, ClusterLoadAssignment } from '../../envoy/resources.js';
import { settleResources } from './settle-resources.js';

const eds = (name: string, serviceName?: string): Cluster => ({
  name,
  type: 'EDS',
  edsClusterConfig: { edsConfig: { ads: {} }, ...(serviceName === undefined ? {} : { serviceName }) },
});
const full = (clusterName: string): ClusterLoadAssignment => ({ clusterName, endpoints: [{}] });

function settle(clusters: ReadonlyMap<string, Cluster>) {
  const { resources } = settleResources({
    resources: {
      clusters,
      endpoints: new Map([['backend', full('backend')]]),
      listeners: new Map([['key', { name: 'listener' }]]),
      routes: new Map(),
      runtimes: new Map(),
      secrets: new Map(),
    },
    origins: { clusters: new Map(), listeners: new Map() },
  });
  return resources;
}

it.each<{ name: string; clusters: readonly Cluster[]; endpoints: readonly ClusterLoadAssignment[] }>([
  { name: 'stay with their cluster', clusters: [eds('backend')], endpoints: [full('backend')] },
  { name: 'go with their cluster', clusters: [], endpoints: [] },
  { name: 'go when the cluster has its own', clusters: [{ name: 'backend', type: 'STATIC' }], endpoints: [] },
  { name: 'are none for a new cluster', clusters: [eds('new')], endpoints: [{ clusterName: 'new' }] },
  {
    name: 'are found by the name that the cluster asks for',
    clusters: [eds('a', 'backend')],
    endpoints: [full('backend')],
  },
])('endpoints $name', ({ clusters, endpoints }) => {
  const settled = settle(new Map(clusters.map((each) => [each.name ?? '', each])));
  expect([...settled.endpoints.values()]).toEqual(endpoints);
});

it('finds every resource under the name that it bears', () => {
  const settled = settle(new Map([['key', eds('backend')]]));
  expect([...settled.clusters.keys(), ...settled.listeners.keys()]).toEqual(['backend', 'listener']);
});
