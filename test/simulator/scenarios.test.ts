import { describe, expect, it } from 'vitest';

import type { Document } from '../plan/plan-proxy.js';
import {
  another,
  callIn,
  edge,
  frontend,
  httpRoute,
  mesh,
  ref,
  straight,
  tcpRoute,
  trafficRoute,
  type From,
} from './mesh.js';
import type { Ends } from './simulate.js';

/** What holds, in which mesh, for which call. */
type Scenario = readonly [sentence: string, documents: readonly Document[], call: From, ends: Ends];

const scenarios = (title: string, table: readonly Scenario[]): void => {
  describe(title, () => {
    it.each(table)('%s', (_sentence, documents, call, ends) => {
      expect(callIn(documents, call)).toEqual(ends);
    });
  });
};

const backend: From = { to: 'backend' };
const api = (more: Omit<From, 'to'> = {}): From => ({ to: 'api', ...more });
const v0 = ref('backend version=v0');
const v1 = ref('backend version=v1');
const evenly: Ends = { 'backend-v0-1': 33.33, 'backend-v0-2': 33.33, 'backend-v1-1': 33.33 };
const oneOfTen: Ends = { 'backend-v0-1': 45, 'backend-v0-2': 45, 'backend-v1-1': 10 };
const bothApis: Ends = { 'api-v1-1': 50, 'api-v2-1': 50 };
const split = [ref('backend version=v0', 90), ref('backend version=v1', 10)];

const meshGateway = (...listeners: readonly object[]): Document => ({
  type: 'MeshGateway',
  name: 'edge',
  selectors: [{ match: { 'kuma.io/service': 'edge' } }],
  conf: { listeners },
});
const gatewayRoute = (conf: object): Document => ({
  type: 'MeshGatewayRoute',
  name: 'route',
  selectors: [{ match: { 'kuma.io/service': 'edge' } }],
  conf,
});
const to = (name: string, weight = 1, tags: object = {}) => ({
  weight,
  destination: { 'kuma.io/service': name, ...tags },
});
const gatewayTcpRoute = (backendRefs: readonly object[]): Document => ({
  type: 'MeshTCPRoute',
  name: 'gateway',
  spec: {
    targetRef: { kind: 'MeshGateway', name: 'edge' },
    to: [{ targetRef: mesh, rules: [{ default: { backendRefs } }] }],
  },
});
const tcpPort = { port: 9090, protocol: 'TCP' };
const atEdge = (port: number, more: Omit<From, 'to'> = {}): From => ({
  from: 'edge-1',
  to: `10.0.0.20:${port}`,
  ...more,
});

scenarios('the examples of the documentation', [
  [
    'a call from frontend-1 to backend ends at version v0 with 90 %, at v1 with 10 %',
    [straight, tcpRoute('backend', split)],
    backend,
    oneOfTen,
  ],
  [
    'a call from frontend-1 to backend is redirected to external-backend',
    [straight, tcpRoute('backend', [ref('external-backend')])],
    backend,
    { 'external-backend-1': 100 },
  ],
  [
    'a call to a TCP port of the gateway ends at version v0 with 90 %, at v1 with 10 %',
    [edge, meshGateway(tcpPort), gatewayTcpRoute(split)],
    atEdge(9090),
    oneOfTen,
  ],
]);

scenarios('TrafficRoute', [
  ['without any route a call is closed', [], backend, { closed: 100 }],
  ['a route to every service leads to all instances alike', [straight], backend, evenly],
  [
    'a split gives each version its share',
    [trafficRoute({ split: [to('backend', 1, { version: 'v0' }), to('backend', 3, { version: 'v1' })] })],
    backend,
    { 'backend-v0-1': 12.5, 'backend-v0-2': 12.5, 'backend-v1-1': 75 },
  ],
  [
    'a share of 0 is none',
    [trafficRoute({ split: [to('backend', 1, { version: 'v1' }), to('external-backend', 0)] })],
    backend,
    { 'backend-v1-1': 100 },
  ],
  [
    'a route leads to another service',
    [trafficRoute({ destination: { 'kuma.io/service': 'external-backend' } })],
    backend,
    { 'external-backend-1': 100 },
  ],
  [
    'a route for one service beats the one for all',
    [straight, trafficRoute({ destination: { 'kuma.io/service': 'shop' } }, 'one', 'api')],
    api(),
    { 'shop-1': 100 },
  ],
  [
    'and leaves the other services alone',
    [straight, trafficRoute({ destination: { 'kuma.io/service': 'shop' } }, 'one', 'api')],
    backend,
    evenly,
  ],
  ...(
    [
      ['with the prefix', { path: '/v2/x' }, { 'api-v2-1': 100 }],
      ['with the method', { method: 'DELETE' }, { 'shop-1': 100 }],
      ['with the header', { headers: { 'x-v': '1' } }, { 'api-v1-1': 100 }],
      ['with none of these', {}, bothApis],
    ] as const
  ).map(([what, call, ends]): Scenario => [
    `requests ${what} go where the HTTP section says`,
    [
      trafficRoute({
        destination: { 'kuma.io/service': '*' },
        http: [
          { match: { path: { prefix: '/v2' } }, destination: { 'kuma.io/service': 'api', version: 'v2' } },
          { match: { method: { exact: 'DELETE' } }, destination: { 'kuma.io/service': 'shop' } },
          { match: { headers: { 'x-v': { exact: '1' } } }, destination: { 'kuma.io/service': 'api', version: 'v1' } },
        ],
      }),
    ],
    api(call),
    ends,
  ]),
  [
    'an instance that is not ready gets nothing',
    [straight, another('backend-v2-1', 30, { 'kuma.io/service': 'backend' }, { health: { ready: false } })],
    backend,
    evenly,
  ],
]);

scenarios('MeshTCPRoute', [
  ['routes also where no TrafficRoute does', [tcpRoute('backend', [v1])], backend, { 'backend-v1-1': 100 }],
  [
    'does not concern proxies that it does not select',
    [straight, tcpRoute('backend', [v1], { targetRef: { kind: 'MeshService', name: 'shop' } })],
    backend,
    evenly,
  ],
  [
    'concerns proxies with the tags that it selects',
    [
      frontend({}, { app: 'web' }),
      straight,
      tcpRoute('backend', [v1], { targetRef: { kind: 'MeshSubset', tags: { app: 'web' } } }),
    ],
    backend,
    { 'backend-v1-1': 100 },
  ],
  [
    'does not concern other services',
    [straight, tcpRoute('backend', [v1])],
    { to: 'external-backend' },
    { 'external-backend-1': 100 },
  ],
  [
    'closes connections when all weights are 0',
    [straight, tcpRoute('backend', [ref('backend', 0)])],
    backend,
    { closed: 100 },
  ],
  [
    'shares evenly without weights',
    [tcpRoute('backend', [v1, ref('external-backend')])],
    backend,
    { 'backend-v1-1': 50, 'external-backend-1': 50 },
  ],
  [
    'gives a single backend everything, whatever its weight',
    [tcpRoute('backend', [ref('external-backend', 7)])],
    backend,
    { 'external-backend-1': 100 },
  ],
  [
    'leaves out a backend of weight 0',
    [tcpRoute('backend', [ref('backend version=v1', 3), ref('external-backend', 0)])],
    backend,
    { 'backend-v1-1': 100 },
  ],
  [
    'adds up the weights of one backend',
    [tcpRoute('backend', [ref('backend version=v1', 1), ref('external-backend', 2), ref('backend version=v1', 1)])],
    backend,
    { 'backend-v1-1': 50, 'external-backend-1': 50 },
  ],
  [
    'loses the share of a version that does not run',
    [tcpRoute('backend', [ref('backend version=v9', 1), ref('backend version=v1', 3)])],
    backend,
    { unavailable: 25, 'backend-v1-1': 75 },
  ],
  [
    'loses the share of a service that nobody offers',
    [tcpRoute('backend', [ref('nobody', 1), v1])],
    backend,
    { unavailable: 50, 'backend-v1-1': 50 },
  ],
  ['leads to a service that speaks gRPC', [tcpRoute('grpc', [ref('grpc')])], { to: 'grpc' }, { 'grpc-1': 100 }],
  ['leads to a service that speaks Kafka', [tcpRoute('kafka', [ref('kafka')])], { to: 'kafka' }, { 'kafka-1': 100 }],
  ['leads to a service that speaks HTTP', [tcpRoute('backend', [ref('shop')])], backend, { 'shop-1': 100 }],
  [
    'routes a service that speaks HTTP where no MeshHTTPRoute does',
    [straight, tcpRoute('api', [ref('api version=v2')])],
    api(),
    { 'api-v2-1': 100 },
  ],
  ['says nothing without rules', [straight, tcpRoute('backend', undefined)], backend, evenly],
  [
    'of two the last by name counts',
    [tcpRoute('backend', [v0], { name: 'a' }), tcpRoute('backend', [v1], { name: 'b' })],
    backend,
    { 'backend-v1-1': 100 },
  ],
  [
    'for one client beats that for the mesh, whatever the names',
    [
      tcpRoute('backend', [v1], { name: 'a', targetRef: { kind: 'MeshService', name: 'frontend' } }),
      tcpRoute('backend', [v0], { name: 'b' }),
    ],
    backend,
    { 'backend-v1-1': 100 },
  ],
  [
    'for a part of a client beats that for the client',
    [
      frontend({}, { app: 'web' }),
      tcpRoute('backend', [v1], {
        name: 'a',
        targetRef: { kind: 'MeshServiceSubset', name: 'frontend', tags: { app: 'web' } },
      }),
      tcpRoute('backend', [v0], { name: 'b', targetRef: { kind: 'MeshService', name: 'frontend' } }),
    ],
    backend,
    { 'backend-v1-1': 100 },
  ],
  [
    'yields to a MeshHTTPRoute where HTTP is spoken',
    [tcpRoute('api', [ref('shop')]), httpRoute('api', [{}, { backendRefs: [ref('api version=v1')] }])],
    api(),
    { 'api-v1-1': 100 },
  ],
  [
    'beats a MeshHTTPRoute where it is not',
    [tcpRoute('backend', [v1]), httpRoute('backend', [{}, { backendRefs: [ref('shop')] }])],
    backend,
    { 'backend-v1-1': 100 },
  ],
]);

const path = (type: string, value: string) => ({ path: { type, value } });
const v2 = { backendRefs: [ref('api version=v2')] };
const redirect = (requestRedirect: object) => ({ filters: [{ type: 'RequestRedirect', requestRedirect }] });

scenarios('MeshHTTPRoute', [
  [
    'takes paths below a prefix',
    [httpRoute('api', [path('PathPrefix', '/v2'), v2])],
    api({ path: '/v2/x' }),
    { 'api-v2-1': 100 },
  ],
  [
    'takes the prefix itself',
    [httpRoute('api', [path('PathPrefix', '/v2'), v2])],
    api({ path: '/v2' }),
    { 'api-v2-1': 100 },
  ],
  [
    'takes no path that only begins alike',
    [httpRoute('api', [path('PathPrefix', '/v2'), v2])],
    api({ path: '/v2x' }),
    bothApis,
  ],
  ['takes an exact path', [httpRoute('api', [path('Exact', '/v2'), v2])], api({ path: '/v2' }), { 'api-v2-1': 100 }],
  [
    'takes nothing below an exact path',
    [httpRoute('api', [path('Exact', '/v2'), v2])],
    api({ path: '/v2/x' }),
    bothApis,
  ],
  [
    'takes paths by an expression',
    [httpRoute('api', [path('RegularExpression', '/v[2-9].*'), v2])],
    api({ path: '/v3/x' }),
    { 'api-v2-1': 100 },
  ],
  [
    'takes requests by method',
    [httpRoute('api', [{ method: 'POST' }, v2])],
    api({ method: 'POST' }),
    { 'api-v2-1': 100 },
  ],
  ['leaves other methods alone', [httpRoute('api', [{ method: 'POST' }, v2])], api(), bothApis],
  [
    'takes requests by header',
    [httpRoute('api', [{ headers: [{ type: 'Exact', name: 'x-v', value: '2' }] }, v2])],
    api({ headers: { 'x-v': '2' } }),
    { 'api-v2-1': 100 },
  ],
  [
    'takes requests that lack a header',
    [httpRoute('api', [{ headers: [{ type: 'Absent', name: 'x-v' }] }, v2])],
    api({ headers: { 'x-v': '2' } }),
    bothApis,
  ],
  [
    'takes requests by a prefix of a header',
    [httpRoute('api', [{ headers: [{ type: 'Prefix', name: 'x-v', value: '2' }] }, v2])],
    api({ headers: { 'x-v': '2.1' } }),
    { 'api-v2-1': 100 },
  ],
  [
    'takes requests by query',
    [httpRoute('api', [{ queryParams: [{ type: 'Exact', name: 'v', value: '2' }] }, v2])],
    api({ query: { v: '2' } }),
    { 'api-v2-1': 100 },
  ],
  [
    'takes what the first rule leaves',
    [httpRoute('api', [path('Exact', '/a'), v2], [path('PathPrefix', '/'), { backendRefs: [ref('shop')] }])],
    api({ path: '/b' }),
    { 'shop-1': 100 },
  ],
  [
    'splits by weight',
    [httpRoute('api', [{}, { backendRefs: [ref('api version=v1', 1), ref('api version=v2', 4)] }])],
    api(),
    { 'api-v1-1': 20, 'api-v2-1': 80 },
  ],
  [
    'redirects',
    [httpRoute('api', [{}, redirect({ scheme: 'https', hostname: 'example.com', statusCode: 302 })])],
    api(),
    { '302 https://example.com': 100 },
  ],
  [
    'redirects to a port',
    [httpRoute('api', [{}, redirect({ hostname: 'example.com', port: 8443 })])],
    api(),
    { '301 ://example.com:8443': 100 },
  ],
  [
    'leaves out a rule to a service that does not speak HTTP',
    [httpRoute('api', [{}, { backendRefs: [ref('backend')] }])],
    api(),
    bothApis,
  ],
  [
    'leaves out a rule in which all weights are 0',
    [httpRoute('api', [{}, { backendRefs: [ref('shop', 0)] }])],
    api(),
    bothApis,
  ],
  [
    'takes every HTTP outbound away from TrafficRoute',
    [trafficRoute({ destination: { 'kuma.io/service': 'api', version: 'v1' } }), httpRoute('api', [{}, v2])],
    { to: 'shop' },
    { 'shop-1': 100 },
  ],
  ['leaves TCP outbounds to TrafficRoute', [straight, httpRoute('api', [{}, v2])], backend, evenly],
]);

const outside: Document = {
  type: 'ExternalService',
  name: 'o',
  tags: { 'kuma.io/service': 'outside' },
  networking: { address: 'example.com:443' },
};
const permission: Document = {
  type: 'TrafficPermission',
  name: 'p',
  sources: [{ match: { 'kuma.io/service': '*' } }],
  destinations: [{ match: { 'kuma.io/service': '*' } }],
};
const egressMesh: Document = {
  type: 'Mesh',
  name: 'default',
  routing: { zoneEgress: true },
  mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin' }] },
};

scenarios('external services', [
  [
    'are reached by those who are permitted',
    [straight, outside, permission],
    { to: 'outside' },
    { 'example.com:443': 100 },
  ],
  ['are out of reach without a permission', [straight, outside], { to: 'outside' }, { unavailable: 100 }],
  [
    'are out of reach without an egress where the mesh wants one',
    [egressMesh, straight, outside, permission],
    { to: 'outside' },
    { unavailable: 100 },
  ],
  [
    'are backends of a MeshTCPRoute',
    [outside, permission, tcpRoute('backend', [ref('outside', 1), ref('external-backend', 1)])],
    backend,
    { 'example.com:443': 50, 'external-backend-1': 50 },
  ],
]);

const zoned = (number: number, zone: string): Document =>
  another(`zoned-${zone}`, number, { 'kuma.io/service': 'zoned', 'kuma.io/zone': zone });
const here = another('zoned-here', 40, { 'kuma.io/service': 'zoned', rack: 'r1' });
const there = another('zoned-there', 41, { 'kuma.io/service': 'zoned', rack: 'r2' });
const client = frontend({ outbound: [{ port: 10_001, tags: { 'kuma.io/service': 'zoned' } }] }, { rack: 'r1' });
const strategy = (localityAwareness: object): Document => ({
  type: 'MeshLoadBalancingStrategy',
  name: 'l',
  spec: {
    targetRef: mesh,
    to: [{ targetRef: { kind: 'MeshService', name: 'zoned' }, default: { localityAwareness } }],
  },
});
const zonedCall: From = { to: 'zoned' };

scenarios('locality', [
  [
    'instances of all zones are alike',
    [client, straight, here, zoned(42, 'east')],
    zonedCall,
    { 'zoned-here': 50, 'zoned-east': 50 },
  ],
  [
    'a mesh that prefers its own zone uses no other',
    [
      { type: 'Mesh', name: 'default', routing: { localityAwareLoadBalancing: true } },
      client,
      straight,
      here,
      zoned(42, 'east'),
    ],
    zonedCall,
    { 'zoned-here': 100 },
  ],
  [
    'a strategy prefers the own zone by itself',
    [client, straight, here, zoned(42, 'east'), strategy({})],
    zonedCall,
    { 'zoned-here': 100 },
  ],
  [
    'a strategy that is disabled prefers none',
    [client, straight, here, zoned(42, 'east'), strategy({ disabled: true })],
    zonedCall,
    { 'zoned-here': 50, 'zoned-east': 50 },
  ],
  [
    'instances that share a tag with the client have nine tenths',
    [client, straight, here, there, strategy({ localZone: { affinityTags: [{ key: 'rack' }] } })],
    zonedCall,
    { 'zoned-here': 90, 'zoned-there': 10 },
  ],
  [
    'other zones take over where the own has nobody',
    [
      client,
      straight,
      zoned(42, 'east'),
      zoned(43, 'west'),
      strategy({ crossZone: { failover: [{ to: { type: 'Only', zones: ['west'] } }] } }),
    ],
    zonedCall,
    { 'zoned-west': 100 },
  ],
]);

const redirecting = frontend({
  outbound: undefined,
  transparentProxying: {
    redirectPortInbound: 15006,
    redirectPortOutbound: 15001,
    directAccessServices: ['external-backend'],
  },
});
const byVersion: Document = {
  type: 'VirtualOutbound',
  name: 'v',
  selectors: [{ match: { 'kuma.io/service': 'backend' } }],
  conf: {
    host: '{{.v}}.backend.mesh',
    port: '8081',
    parameters: [
      { name: 's', tagKey: 'kuma.io/service' },
      { name: 'v', tagKey: 'version' },
    ],
  },
};

scenarios('redirected connections', [
  ['a service is at an address of its own', [redirecting, straight], { to: '240.0.0.1:80' }, evenly],
  [
    'a MeshTCPRoute routes what goes there',
    [redirecting, straight, tcpRoute('backend', split)],
    { to: '240.0.0.1:80' },
    oneOfTen,
  ],
  [
    'a VirtualOutbound leads to a version',
    [redirecting, straight, byVersion],
    { to: '240.0.0.8:8081' },
    { 'backend-v1-1': 100 },
  ],
  [
    'what is for nobody in the mesh passes by',
    [redirecting, straight],
    { to: '0.0.0.0:15001' },
    { 'original destination': 100 },
  ],
  [
    'and does not leave a closed mesh',
    [{ type: 'Mesh', name: 'default', networking: { outbound: { passthrough: false } } }, redirecting],
    { to: '0.0.0.0:15001' },
    { 'no cluster outbound:passthrough:ipv4': 100 },
  ],
  [
    'an instance can be reached by itself',
    [redirecting, straight],
    { to: '10.0.0.5:80' },
    { 'original destination': 100 },
  ],
]);

const allPaths = [{ path: { match: 'PREFIX', value: '/' } }];
const httpRules = (conf: object = {}) =>
  gatewayRoute({
    http: {
      ...conf,
      rules: [
        { matches: [{ path: { match: 'EXACT', value: '/shop' } }], backends: [to('shop')] },
        { matches: allPaths, backends: [to('api', 1, { version: 'v1' }), to('api', 3, { version: 'v2' })] },
      ],
    },
  });
const httpPort = { port: 8080, protocol: 'HTTP', hostname: 'example.com' };
const tlsPort = { port: 8443, protocol: 'TLS', hostname: 'backend.example.com', tls: { mode: 'PASSTHROUGH' } };

scenarios('gateways', [
  [
    'requests go where the most specific rule says',
    [edge, meshGateway(httpPort), httpRules()],
    atEdge(8080, { host: 'example.com', path: '/shop' }),
    { 'shop-1': 100 },
  ],
  [
    'all others are split by the rest',
    [edge, meshGateway(httpPort), httpRules()],
    atEdge(8080, { host: 'example.com', path: '/a' }),
    { 'api-v1-1': 25, 'api-v2-1': 75 },
  ],
  [
    'a host that is not there is not found',
    [edge, meshGateway(httpPort), httpRules()],
    atEdge(8080, { host: 'example.org' }),
    { '404': 100 },
  ],
  ['a port without a route for connections closes them', [edge, meshGateway(tcpPort)], atEdge(9090), { closed: 100 }],
  [
    'a MeshGatewayRoute routes connections',
    [
      edge,
      meshGateway(tcpPort),
      gatewayRoute({ tcp: { rules: [{ backends: [to('backend', 1, { version: 'v1' })] }] } }),
    ],
    atEdge(9090),
    { 'backend-v1-1': 100 },
  ],
  [
    'a MeshTCPRoute beats it',
    [edge, meshGateway(tcpPort), gatewayRoute({ tcp: { rules: [{ backends: [to('shop')] }] } }), gatewayTcpRoute([v1])],
    atEdge(9090),
    { 'backend-v1-1': 100 },
  ],
  [
    'a MeshTCPRoute leaves ports for requests alone',
    [edge, meshGateway(httpPort), httpRules(), gatewayTcpRoute([v1])],
    atEdge(8080, { host: 'example.com', path: '/shop' }),
    { 'shop-1': 100 },
  ],
  [
    'clients of TLS are routed by the name that they ask for',
    [edge, meshGateway(tlsPort), gatewayTcpRoute([v1])],
    atEdge(8443, { sni: 'backend.example.com' }),
    { 'backend-v1-1': 100 },
  ],
  [
    'and closed when they ask for another',
    [edge, meshGateway(tlsPort), gatewayTcpRoute([v1])],
    atEdge(8443, { sni: 'example.org' }),
    { closed: 100 },
  ],
  [
    'nobody listens at a port that is not there',
    [edge, meshGateway(tcpPort), gatewayTcpRoute([v1])],
    atEdge(1),
    { refused: 100 },
  ],
]);

const permissive: Document = {
  type: 'Mesh',
  name: 'default',
  mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin', mode: 'PERMISSIVE' }] },
};
scenarios('inbounds', [
  ['lead to the workload', [], { to: '10.0.0.1:80' }, { 'workload of frontend-1': 100 }],
  [
    'of a permissive mesh take plain connections',
    [permissive],
    { to: '10.0.0.1:80' },
    { 'workload of frontend-1': 100 },
  ],
  [
    'of a permissive mesh take those of the mesh',
    [permissive],
    { to: '10.0.0.1:80', isTls: true, alpn: 'kuma' },
    { 'workload of frontend-1': 100 },
  ],
]);
