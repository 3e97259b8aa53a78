import { expect, it } from 'vitest';

import { backend, computeFor, routeAll, web, type Document } from '../../../test/plan/plan-proxy.js';

const patch = (name: string, ...appendModifications: readonly object[]): Document => ({
  type: 'MeshProxyPatch',
  name,
  spec: { targetRef: { kind: 'Mesh' }, default: { appendModifications } },
});

it('changes what all policies made, one policy after the other', () => {
  const { resources } = computeFor([
    web(),
    backend(),
    routeAll,
    patch('b', { cluster: { operation: 'Patch', match: { origin: 'outbound' }, value: 'connectTimeout: 2s' } }),
    patch('a', { cluster: { operation: 'Patch', value: 'connectTimeout: 1s' } }),
  ]);
  expect(resources.clusters.get('localhost:8080')?.connectTimeout).toBe('1s');
  expect(resources.clusters.get('backend')?.connectTimeout).toBe('2s');
});

it('takes endpoints away with their cluster', () => {
  const removal = { cluster: { operation: 'Remove', match: { name: 'backend' } } };
  const { resources } = computeFor([web(), backend(), routeAll, patch('p', removal)]);
  expect([...resources.clusters.keys(), ...resources.endpoints.keys()]).toEqual(['localhost:8080']);
});
