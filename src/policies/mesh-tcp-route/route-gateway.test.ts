import { describe, expect, it } from 'vitest';

import {
  allConnections,
  allRequests,
  computeGateway,
  gatewayRoute,
  meshGateway,
  to,
} from '../../../test/plan/gateway.js';
import type { Document } from '../../../test/plan/plan-proxy.js';

const route = (name: string, refs: readonly object[] | undefined, targetRef: object = {}): Document => ({
  type: 'MeshTCPRoute',
  name,
  spec: {
    targetRef: { kind: 'MeshGateway', name: 'edge', ...targetRef },
    to: [
      { targetRef: { kind: 'Mesh' }, ...(refs === undefined ? {} : { rules: [{ default: { backendRefs: refs } }] }) },
    ],
  },
});
const ref = (name: string, weight?: number, tags?: object) => ({
  kind: tags === undefined ? 'MeshService' : 'MeshServiceSubset',
  name,
  ...(weight === undefined ? {} : { weight }),
  ...(tags === undefined ? {} : { tags }),
});
const tcp = { port: 9090, protocol: 'TCP', tags: { port: 'a' } };
const tls = (hostname: string) => ({
  port: 9443,
  protocol: 'TLS',
  hostname,
  tls: { mode: 'PASSTHROUGH' },
  tags: { host: hostname.replace('*', 'w') },
});

/** Where the connections of each chain of a port go, as `service weight`. */
function chainsOf(port: string, ...documents: readonly Document[]) {
  const { plan } = computeGateway(...documents);
  const listener = [...(plan.gateway?.listeners.values() ?? [])].find(({ name }) => name === port);
  if (listener?.traffic.kind !== 'tcp') return [];
  return listener.traffic.chains.map(({ hosts, tcp: { splits } }) => ({
    hosts: hosts.map(({ hostname }) => hostname),
    splits: splits.map(({ cluster, weight }) => `${plan.clusters.get(cluster)?.service} ${weight}`),
  }));
}
const splitsOf = (...documents: readonly Document[]) =>
  chainsOf('edge:TCP:9090', meshGateway(tcp), ...documents)[0]?.splits;

describe('which MeshTCPRoute is for a listener', () => {
  it.each([
    { name: 'the last by name', routes: [route('z', [ref('z')]), route('a', [ref('a')])], splits: ['z 1'] },
    {
      name: 'the one with more tags',
      routes: [route('a', [ref('a')], { tags: { port: 'a' } }), route('z', [ref('z')])],
      splits: ['a 1'],
    },
    {
      name: 'one with tags of the Dataplane',
      routes: [route('a', [ref('a')], { tags: { 'kuma.io/service': 'edge' } })],
      splits: ['a 1'],
    },
    { name: 'none with other tags', routes: [route('a', [ref('a')], { tags: { port: 'b' } })], splits: [] },
    { name: 'none for another MeshGateway', routes: [route('a', [ref('a')], { name: 'other' })], splits: [] },
  ])('is $name', ({ routes, splits }) => {
    expect(splitsOf(...routes)).toEqual(splits);
  });
  it('is not one for sidecars', () => {
    const forAll = {
      type: 'MeshTCPRoute',
      name: 'a',
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [{ targetRef: { kind: 'MeshService', name: 'b' }, rules: [{ default: { backendRefs: [ref('a')] } }] }],
      },
    };
    expect(splitsOf(forAll)).toEqual([]);
  });
});

describe('where it leads', () => {
  it.each([
    { name: 'by name of the cluster', refs: [ref('b', 2), ref('a')], splits: ['a 1', 'b 2'] },
    { name: 'not to what weighs nothing', refs: [ref('a', 0), ref('b', 3)], splits: ['b 1'] },
    { name: 'nowhere when nothing weighs anything', refs: [ref('a', 0)], splits: [] },
    { name: 'nowhere without rules', refs: undefined, splits: [] },
  ])('is $name', ({ refs, splits }) => {
    expect(splitsOf(route('t', refs), allConnections(to('older')))).toEqual(splits);
  });
  it('is carried through, whatever is inside', () => {
    const { plan } = computeGateway(meshGateway(tcp), route('t', [ref('a', 1, { 'kuma.io/protocol': 'http' })]));
    expect([...plan.clusters.values()]).toMatchObject([{ service: 'a', origin: 'gateway', connectTimeout: '10s' }]);
    expect([...plan.clusters.values()][0]).not.toHaveProperty('http');
  });
});

it('takes the place of MeshGatewayRoutes, with what older policies made of them', () => {
  const retry = {
    type: 'Retry',
    name: 'r',
    sources: [{ match: { 'kuma.io/service': '*' } }],
    destinations: [{ match: { 'kuma.io/service': '*' } }],
    conf: { tcp: { maxConnectAttempts: 7 } },
  };
  const { plan } = computeGateway(meshGateway(tcp), retry, allConnections(to('older')), route('t', [ref('a')]));
  expect([...plan.clusters.values()].map(({ service }) => service)).toEqual(['a']);
  expect([...plan.gateway!.listeners.values()][0]?.traffic).toMatchObject({ chains: [{ tcp: { splits: [{}] } }] });
  expect(JSON.stringify(plan.gateway!.listeners.get('10.0.0.9:9090'))).not.toContain('maxConnectAttempts');
});

it('leaves clusters to requests that go to the same instances', () => {
  const { plan } = computeGateway(
    meshGateway({ port: 8080, protocol: 'HTTP' }, { port: 9090, protocol: 'TCP' }),
    allRequests(to('a')),
    route('t', [ref('a')]),
  );
  expect([...plan.clusters.values()].map(({ http }) => http?.version)).toEqual([1]);
});

describe('hosts of a port with TLS', () => {
  const ports = meshGateway(tls('b.org'), tls('a.org'), tls('*.c.org'));
  const forHost = (host: string, ...refs: readonly object[]) => route(host, refs, { tags: { host } });
  it('have chains of their own, full names first', () => {
    expect(
      chainsOf(
        'edge:TLS:9443',
        ports,
        forHost('b.org', ref('b')),
        forHost('a.org', ref('a')),
        forHost('w.c.org', ref('c')),
      ),
    ).toEqual([
      { hosts: ['a.org'], splits: ['a 1'] },
      { hosts: ['b.org'], splits: ['b 1'] },
      { hosts: ['*.c.org'], splits: ['c 1'] },
    ]);
  });
  it('are left to MeshGatewayRoutes, or out, when no MeshTCPRoute is for them', () => {
    const older = gatewayRoute({ tcp: { rules: [{ backends: [to('older')] }] } }, { tags: { host: 'b.org' } });
    expect(chainsOf('edge:TLS:9443', ports, forHost('a.org', ref('a')))).toEqual([
      { hosts: ['a.org'], splits: ['a 1'] },
    ]);
    expect(chainsOf('edge:TLS:9443', ports, older, forHost('a.org', ref('a')))).toEqual([
      { hosts: ['a.org'], splits: ['a 1'] },
      { hosts: ['b.org', '*.c.org'], splits: ['older 1'] },
    ]);
  });
});
