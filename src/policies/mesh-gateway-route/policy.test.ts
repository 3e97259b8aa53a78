import { describe, expect, it } from 'vitest';

import {
  allConnections,
  allRequests,
  computeGateway,
  gatewayRoute,
  meshGateway,
  portsOf,
  routesOf,
  to,
} from '../../../test/plan/gateway.js';

const http = meshGateway({ port: 8080, protocol: 'HTTP' });
const tcp = meshGateway({ port: 9090, protocol: 'TCP' });
const prefix = (value: string) => ({ path: { match: 'PREFIX', value } });

/** What happens to the requests of each path of the rules. */
const actionsOf = (...rules: readonly object[]) =>
  Object.fromEntries(
    routesOf(portsOf(http, gatewayRoute({ http: { rules } }))['edge:HTTP:8080'])['*']!.map(({ match, action }) => [
      match.path.value,
      action,
    ]),
  );

describe('requests', () => {
  it.each([
    { name: 'a single backend takes all', backends: [{ destination: { 'kuma.io/service': 'a' } }], weights: [1] },
    { name: 'of equal ones the last counts', backends: [to('a', 2), to('a', 5)], weights: [5] },
    { name: 'some take none', backends: [to('a', 0), to('a', 3, { version: 'v1' })], weights: [0, 3] },
  ])('are shared: $name', ({ backends, weights }) => {
    const action = actionsOf({ matches: [prefix('/')], backends })['/'];
    const shares = action?.kind === 'forward' ? action.splits.map(({ weight }) => weight) : [];
    expect(shares.toSorted()).toEqual(weights);
  });
  it.each([
    {
      name: 'the whole path',
      rewrite: { replaceFull: '/n', hostToBackendHostname: true },
      prefix: { pathRewrite: { substitution: '/n' }, hostRewrite: { kind: 'auto' } },
      whole: { pathRewrite: { substitution: '/n' }, hostRewrite: { kind: 'auto' } },
    },
    {
      name: 'the prefix',
      rewrite: { replacePrefixMatch: '/n' },
      prefix: { pathRewrite: { kind: 'prefix', value: '/n/' } },
      whole: { pathRewrite: { substitution: '/n' } },
    },
    {
      name: 'the prefix by nothing',
      rewrite: { replacePrefixMatch: '/' },
      prefix: { pathRewrite: { kind: 'prefix', value: '/' } },
      whole: { pathRewrite: { substitution: '/' } },
    },
  ])('are rewritten: $name', ({ rewrite, ...wanted }) => {
    const actions = actionsOf({ matches: [prefix('/a')], filters: [{ rewrite }], backends: [to('a')] });
    expect(actions['/a/']).toMatchObject(wanted.prefix);
    expect(actions['/a']).toMatchObject(wanted.whole);
  });
  it('keep the host where the path is nothing but the prefix', () => {
    const rewrite = { replacePrefixMatch: '/n', hostToBackendHostname: true };
    const actions = actionsOf({ matches: [prefix('/a')], filters: [{ rewrite }], backends: [to('a')] });
    expect(actions['/a/']).toHaveProperty('hostRewrite');
    expect(actions['/a']).not.toHaveProperty('hostRewrite');
  });
  it.each([
    { name: 'to the port on which they came', redirect: { statusCode: 302 }, wanted: { port: 8080, status: 302 } },
    {
      name: 'elsewhere',
      redirect: { statusCode: 301, scheme: 'https', hostname: 'a.org', port: 8443, path: { replaceFull: '/n' } },
      wanted: { scheme: 'https', host: 'a.org', port: 8443, pathRewrite: { substitution: '/n' } },
    },
  ])('are redirected $name', ({ redirect, wanted }) => {
    expect(actionsOf({ matches: [prefix('/')], filters: [{ redirect }] })['/']).toMatchObject(wanted);
  });
  it('have no route that redirects with a status that Envoy lacks', () => {
    expect(actionsOf({ matches: [prefix('/')], filters: [{ redirect: { statusCode: 304 } }] })).toMatchObject({
      '/': { kind: 'answer', status: 404 },
    });
  });
  it.each([
    { percentage: 12.5, mirrors: [{ percentage: 12.5 }] },
    { percentage: 0, mirrors: undefined },
  ])('are mirrored: $percentage %', ({ percentage, mirrors }) => {
    const filters = [{ mirror: { backend: to('b'), percentage } }];
    const action = actionsOf({ matches: [prefix('/')], filters, backends: [to('a')] })['/'];
    expect(action?.kind === 'forward' && action.mirrors).toEqual(mirrors && [expect.objectContaining(mirrors[0]!)]);
  });
  it('get headers: those that replace before those that are added, and a host apart', () => {
    const { plan } = computeGateway(
      http,
      gatewayRoute({
        http: {
          rules: [
            {
              matches: [prefix('/')],
              filters: [
                { requestHeader: { add: [{ name: 'x-a', value: '1' }] } },
                {
                  requestHeader: {
                    set: [
                      { name: 'host', value: 'b.org' },
                      { name: 'x-b', value: '2' },
                    ],
                    remove: ['x-c'],
                  },
                },
                { responseHeader: { set: [{ name: 'host', value: 'b.org' }] } },
              ],
              backends: [to('a')],
            },
          ],
        },
      }),
    );
    const [route] = routesOf([...plan.gateway!.listeners.values()][0])['*']!;
    expect(route).toMatchObject({
      action: { hostRewrite: { kind: 'literal', value: 'b.org' } },
      requestHeaders: {
        add: [
          { name: 'X-B', value: '2', append: false },
          { name: 'X-A', value: '1', append: true },
        ],
        remove: ['x-c'],
      },
      responseHeaders: { add: [{ name: 'Host', value: 'b.org', append: false }], remove: [] },
    });
  });
});

describe('connections', () => {
  const splitsOf = (...backends: readonly object[]) => {
    const { traffic } = portsOf(tcp, allConnections(...backends))['edge:TCP:9090']!;
    return traffic.kind === 'tcp'
      ? traffic.chains[0]!.tcp.splits.map(({ cluster, weight }) => [cluster[0], weight])
      : [];
  };
  it.each([
    {
      name: 'by name',
      backends: [to('b', 2), to('a', 1)],
      splits: [
        ['a', 1],
        ['b', 2],
      ],
    },
    {
      name: 'equal ones in order',
      backends: [to('a', 3), to('a', 1)],
      splits: [
        ['a', 3],
        ['a', 1],
      ],
    },
    { name: 'not those of weight 0', backends: [to('a', 0), to('b', 2)], splits: [['b', 2]] },
    { name: 'all of them to a single one', backends: [to('a', 0)], splits: [['a', 1]] },
    { name: 'none to what names no service', backends: [{ weight: 1, destination: {} }], splits: [] },
  ])('are shared $name', ({ backends, splits }) => {
    expect(splitsOf(...backends)).toEqual(splits);
  });
});

describe('clusters', () => {
  it('are one for each destination and listener', () => {
    const { plan } = computeGateway(
      meshGateway({ port: 1, protocol: 'HTTP', tags: { p: '1' } }, { port: 2, protocol: 'HTTP', tags: { p: '2' } }),
      allRequests(to('a')),
    );
    expect([...plan.clusters.values()].map(({ gateway }) => gateway?.listener.p)).toEqual(['1', '2']);
  });
  it.each([
    { tags: {}, http: { version: 1, idleTimeout: '0s' } },
    { tags: { 'kuma.io/protocol': 'grpc' }, http: { version: 2, hasEdgeWindows: true, idleTimeout: '0s' } },
    { tags: { 'kuma.io/protocol': 'tcp' }, http: undefined },
  ])('speak what the tags $tags say', ({ tags, http: spoken }) => {
    const { plan } = computeGateway(http, allRequests(to('a', 1, tags)));
    expect([...plan.clusters.values()][0]?.http).toEqual(spoken);
  });
  it('are for requests where ports of both sorts have the same tags', () => {
    const { plan } = computeGateway(
      meshGateway({ port: 1, protocol: 'HTTP' }, { port: 2, protocol: 'TCP' }),
      allRequests(to('a')),
      gatewayRoute({ tcp: { rules: [{ backends: [to('a')] }] } }, { name: 'other' }),
    );
    expect([...plan.clusters.values()].map((cluster) => cluster.http?.version)).toEqual([1]);
  });
  it('of external services hold the hosts with the tags, and learn nothing of the gateway', () => {
    const external = (name: string, version: string) => ({
      type: 'ExternalService',
      name,
      tags: { 'kuma.io/service': 'es', version },
      networking: { address: `${name}.org:80` },
    });
    const permission = {
      type: 'TrafficPermission',
      name: 'all',
      sources: [{ match: { 'kuma.io/service': '*' } }],
      destinations: [{ match: { 'kuma.io/service': '*' } }],
    };
    const { plan, resources } = computeGateway(
      http,
      allRequests(to('es', 1, { version: 'v2' })),
      external('a', 'v1'),
      external('b', 'v2'),
      permission,
    );
    expect([...plan.clusters.values()][0]?.source).toMatchObject({ endpoints: [{ host: 'b.org' }] });
    expect(JSON.stringify(resources.routes.get('edge:HTTP:8080'))).not.toContain('requestHeadersToAdd');
  });
});

it('answers with an error where all shares are nothing', () => {
  const { resources } = computeGateway(http, allRequests(to('a', 0), to('b', 0)));
  expect(resources.routes.get('edge:HTTP:8080')?.virtualHosts?.[0]?.routes).toEqual([
    { match: { prefix: '/' }, directResponse: { status: 500 } },
  ]);
});
