import { shareWith } from '../snapshot/mesh-snapshot.js';
import { describe, expect, it } from 'vitest';

import {
  backend,
  computeFor,
  everything,
  routeAll,
  snapshotOf,
  web,
  type Document,
} from '../../test/plan/plan-proxy.js';
import type { ClusterPlan } from './cluster-plan.js';
import { planExternalServices } from './external-services.js';

const external = (networking: object, tags = {}, name = 'es-1'): Document => ({
  type: 'ExternalService',
  name,
  tags: { 'kuma.io/service': 'backend', ...tags },
  networking,
});
const allowAll: Document = { type: 'TrafficPermission', name: 'all', ...everything };
const allow = (name: string, source: string, destination: object): Document => ({
  type: 'TrafficPermission',
  name,
  sources: [{ match: { 'kuma.io/service': source } }],
  destinations: [{ match: destination }],
});

const clusterOf = (...documents: readonly Document[]): ClusterPlan | undefined =>
  computeFor([web(), routeAll, ...documents]).plan.clusters.get('backend');
const hostsOf = (cluster: ClusterPlan | undefined) =>
  cluster?.source.kind === 'external' ? cluster.source.endpoints.map(({ host, port }) => `${host}:${port}`) : undefined;

describe('which external services a proxy sees', () => {
  const a = external({ address: 'a.org:443' }, { version: 'v1' }, 'a');
  const b = external({ address: 'b.org:443' }, { version: 'v2' }, 'b');
  it.each([
    { name: 'none without a permission', permissions: [], hosts: undefined },
    { name: 'all that a permission lets it see', permissions: [allowAll], hosts: ['a.org:443', 'b.org:443'] },
    {
      name: 'not those for which a more specific permission is for others',
      permissions: [allowAll, allow('v1', 'others', { 'kuma.io/service': '*', version: 'v1' })],
      hosts: ['b.org:443'],
    },
  ])('$name', ({ permissions, hosts }) => {
    expect(hostsOf(clusterOf(a, b, ...permissions))).toEqual(hosts);
  });
});

it.each([
  { protocol: undefined, http: undefined },
  { protocol: 'tcp', http: undefined },
  { protocol: 'http', http: { version: 1, idleTimeout: '0s' } },
  { protocol: 'grpc', http: { version: 2, idleTimeout: '0s' } },
])('speaks $protocol to its hosts as they wish', ({ protocol, http }) => {
  const tags = protocol === undefined ? {} : { 'kuma.io/protocol': protocol };
  expect(clusterOf(external({ address: 'a.org:443' }, tags), allowAll)?.http).toEqual(http);
});

it('has requests ask for the host that is chosen', () => {
  const { plan } = computeFor([
    web(),
    routeAll,
    external({ address: 'a.org:443' }, { 'kuma.io/protocol': 'http' }),
    allowAll,
  ]);
  const traffic = plan.outboundListeners.get('127.0.0.1:10001')?.traffic;
  expect(traffic?.kind === 'http' && traffic.routes.map(({ action }) => action)).toMatchObject([
    { hostRewrite: { kind: 'auto' } },
  ]);
});

describe('TLS', () => {
  const secret = { type: 'Secret', name: 'pem', data: 'UEVN' };
  const tlsOf = (tls: object, address = 'a.org:443') => {
    const cluster = clusterOf(external({ address, tls: { enabled: true, ...tls } }), allowAll, secret);
    return cluster?.source.kind === 'external' ? cluster.source.endpoints[0]?.tls : undefined;
  };
  it.each([
    { name: 'the host as name', tls: {}, planned: { sni: 'a.org', subjectNames: ['a.org'] } },
    { name: 'another name', tls: { serverName: 'b' }, planned: { sni: 'b', subjectNames: ['b'] } },
    { name: 'no name for an address', address: '10.1.1.1:443', tls: {}, planned: { subjectNames: ['10.1.1.1'] } },
    { name: 'a name that is not checked', tls: { skipHostnameVerification: true }, planned: { subjectNames: [] } },
    { name: 'bytes of a secret', tls: { caCert: { secret: 'pem' } }, planned: { ca: 'UEVN' } },
    { name: 'bytes inside', tls: { clientCert: { inline: 'UEVN' } }, planned: { clientCertificate: 'UEVN' } },
    { name: 'text inside', tls: { clientKey: { inlineString: 'PEM' } }, planned: { clientKey: 'UEVN' } },
  ])('takes $name', ({ tls, address, planned }) => {
    expect(tlsOf(tls, address)).toMatchObject(planned);
  });
  it.each([
    ['a secret that is not there', { secret: 'none' }],
    ['a file, which is nowhere in particular', { file: '/etc/ca.pem' }],
  ])('leaves out hosts that need %s', (_name, caCert) => {
    const networking = { address: 'a.org:443', tls: { enabled: true, caCert } };
    expect(clusterOf(external(networking), allowAll)?.source.kind).toBe('instances');
  });
  it('tells hosts apart by their names', () => {
    expect(clusterOf(external({ address: 'a.org:443', tls: { enabled: true } }), allowAll)).toMatchObject({
      source: { endpoints: [{ tags: { 'kuma.io/external-service-name': 'es-1' } }] },
    });
  });
});

describe('zone egresses', () => {
  const mesh = {
    type: 'Mesh',
    name: 'default',
    routing: { zoneEgress: true },
    mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin' }] },
  };
  const snapshot = shareWith(snapshotOf([mesh, external({ address: 'a.org:443' }), backend()]), {
    zoneEgresses: [egress('b', '10.2.0.1'), egress('a', '10.2.0.2')],
    openMeshes: new Map(),
  });
  it('stand for all external services, whoever is permitted to see them', () => {
    const access = planExternalServices(snapshot, []).get('backend');
    expect(access).toMatchObject({ kind: 'egress', endpoints: [{ address: '10.2.0.1' }, { address: '10.2.0.2' }] });
  });
  it('are not there: the service has no endpoints', () => {
    expect(clusterOf(mesh, external({ address: 'a.org:443' }), allowAll)?.source).toEqual({
      kind: 'instances',
      service: 'backend',
      tags: { 'kuma.io/service': 'backend' },
      others: [],
    });
  });
});

function egress(name: string, address: string) {
  return {
    type: 'ZoneEgress',
    mesh: '',
    name,
    creationTime: '',
    modificationTime: '',
    creationRevision: 1,
    revision: 1,
    spec: { networking: { address, port: 10002 } },
  };
}
