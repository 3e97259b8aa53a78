import { expect, it } from 'vitest';

import { emptyWorld, nextWorld } from '../snapshot/world.js';
import { destinationsOf, routeDestinations } from './route-destinations.js';

const meta = { creationTime: '', modificationTime: '', creationRevision: 1, revision: 1 };
const subset = (name: string, version: string) => ({ kind: 'MeshServiceSubset', name, tags: { version } });
const newRoute = {
  to: [
    {
      targetRef: { kind: 'MeshService', name: 'web' },
      rules: [{ default: { backendRefs: [subset('web', 'v1'), subset('other', 'v2')] } }],
    },
  ],
};

it.each([
  { name: 'nothing', type: 'Secret', spec: {}, found: [] },
  {
    name: 'a TrafficRoute',
    type: 'TrafficRoute',
    spec: {
      conf: {
        http: [{ destination: { 'kuma.io/service': 'web', version: 'v1' } }],
        split: [{ destination: { 'kuma.io/service': '*' } }, { destination: { 'kuma.io/service': 'other' } }],
      },
    },
    found: [{ version: 'v1' }, {}],
  },
  { name: 'a MeshHTTPRoute', type: 'MeshHTTPRoute', spec: newRoute, found: [{ version: 'v1' }, {}] },
  { name: 'a MeshTCPRoute', type: 'MeshTCPRoute', spec: newRoute, found: [{ version: 'v1' }, {}] },
  {
    name: 'a route without backends',
    type: 'MeshHTTPRoute',
    spec: { to: [{ targetRef: subset('web', 'v3'), rules: [{ default: {} }] }] },
    found: [{ version: 'v3' }, {}],
  },
  {
    name: 'a MeshGatewayRoute',
    type: 'MeshGatewayRoute',
    spec: { conf: { tcp: { rules: [{ backends: [{ destination: { 'kuma.io/service': 'web', version: 'v4' } }] }] } } },
    found: [{ version: 'v4' }],
  },
])('$name asks for a service by $found', ({ type, spec, found }) => {
  const key = { type, mesh: 'default', name: 'a' };
  const world = nextWorld(emptyWorld, [{ revision: 1, key, resource: { ...key, ...meta, spec } }]);
  expect(destinationsOf(routeDestinations(world.meshes.get('default')!, undefined), 'web')).toEqual(found);
});
