import type { Kind } from '../../model/kind.js';
import { legacyPolicy } from '../../model/legacy-policy.js';
import { trafficRouteSchema, type TrafficRoute } from './schema.js';
import { validateTrafficRoute } from './validate.js';

const between = (source: string, destination: string) => ({
  sources: [{ match: { 'kuma.io/service': source } }],
  destinations: [{ match: { 'kuma.io/service': destination } }],
});

/** The stored kind TrafficRoute. */
export const trafficRouteKind: Kind<TrafficRoute> = {
  ...legacyPolicy,
  type: 'TrafficRoute',
  path: 'traffic-routes',
  singularDisplayName: 'Traffic Route',
  pluralDisplayName: 'Traffic Routes',
  schema: trafficRouteSchema,
  validate: validateTrafficRoute,
  examples: [
    {
      summary: 'Every service reaches every other; made together with a mesh',
      body: {
        type: 'TrafficRoute',
        mesh: 'default',
        name: 'route-all-default',
        ...between('*', '*'),
        conf: { loadBalancer: { roundRobin: {} }, destination: { 'kuma.io/service': '*' } },
      },
    },
    {
      summary: 'A split between two versions, with routes for some requests and a hash ring',
      body: {
        type: 'TrafficRoute',
        mesh: 'default',
        name: 'split-by-version',
        sources: [{ match: { 'kuma.io/service': 'web' } }, { match: { 'kuma.io/service': '*', version: 'v1' } }],
        destinations: [{ match: { 'kuma.io/service': 'backend' } }, { match: { 'kuma.io/service': '*' } }],
        conf: {
          split: [
            { weight: 90, destination: { 'kuma.io/service': 'backend', version: 'v1' } },
            { weight: 10, destination: { 'kuma.io/service': 'backend', version: 'v2' } },
          ],
          loadBalancer: { ringHash: { hashFunction: 'MURMUR_HASH_2', minRingSize: '64', maxRingSize: '1024' } },
          http: [
            {
              match: {
                method: { exact: 'GET' },
                path: { prefix: '/users' },
                headers: { 'x-custom': { regex: '.*' } },
              },
              modify: {
                path: { rewritePrefix: '/people' },
                host: { value: 'kuma.io' },
                requestHeaders: {
                  add: [{ name: 'x-a', value: '1', append: true }],
                  remove: [{ name: 'x-b' }],
                },
                responseHeaders: { add: [{ name: 'x-c', value: '2' }], remove: [{ name: 'x-d' }] },
              },
              split: [{ weight: 1, destination: { 'kuma.io/service': 'backend' } }],
            },
            {
              match: { method: { prefix: 'P' }, path: { exact: '/x' } },
              modify: {
                path: { regex: { pattern: '^/(.*)$', substitution: '/v2/\\1' } },
                host: { fromPath: { pattern: '^/(.*)$', substitution: '\\1' } },
              },
              destination: { 'kuma.io/service': 'other' },
            },
          ],
        },
      },
    },
    {
      summary: 'All connections to one service go to another, to the endpoint with the fewest requests',
      body: {
        type: 'TrafficRoute',
        mesh: 'default',
        name: 'redirect',
        ...between('web', 'backend'),
        conf: {
          loadBalancer: { leastRequest: { choiceCount: 3 } },
          destination: { 'kuma.io/service': 'external-backend' },
        },
      },
    },
  ],
};
