import { describe, expect, it } from 'vitest';

import { computeFor, type Document } from '../../test/plan/plan-proxy.js';
import { offlineNode, type ProxyNode } from './proxy-node.js';

const proxy = (more: object = {}, networking: object = {}): Document => ({
  type: 'Dataplane',
  name: 'web-1',
  networking: {
    address: '10.0.0.1',
    inbound: [{ port: 80, servicePort: 8080, tags: { 'kuma.io/service': 'web' } }],
    ...networking,
  },
  ...more,
});

const mesh = (conf: object, more: object = {}): Document => ({
  type: 'Mesh',
  name: 'default',
  metrics: {
    enabledBackend: 'p',
    backends: [{ name: 'p', type: 'prometheus', conf: { port: 5670, path: '/metrics', ...conf } }],
  },
  ...more,
});

const mtls = { mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin' }] } };
const connected: ProxyNode = {
  ...offlineNode,
  admin: { address: '127.0.0.1', port: 9901 },
  adminCertificates: { certificateChain: '', privateKey: '', authority: '' },
};
const ownOf = (documents: readonly Document[], node = connected) => computeFor(documents, node).plan.own;

describe('metrics', () => {
  it.each([
    { name: 'filters nothing', envoy: {}, rewrite: '/' },
    { name: 'filters by name', envoy: { filterRegex: 'http.*' }, rewrite: '/?filter=http.*&' },
    { name: 'filters by use', envoy: { usedOnly: true }, rewrite: '/?usedonly' },
    { name: 'filters by both', envoy: { filterRegex: 'a', usedOnly: true }, rewrite: '/?filter=a&usedonly' },
  ])('$name', ({ envoy, rewrite }) => {
    expect(ownOf([mesh({ envoy }), proxy()]).metrics).toEqual({
      address: '10.0.0.1',
      port: 5670,
      path: '/metrics',
      rewrite,
      cluster: 'kuma:metrics:hijacker',
      tls: { kind: 'off' },
    });
  });

  const files = { certificatePath: '/cert', keyPath: '/key' };
  it.each<{
    readonly name: string;
    readonly conf: object;
    readonly more?: object;
    readonly node?: Partial<ProxyNode>;
    readonly tls: object;
  }>([
    { name: 'in a mesh that encrypts', conf: {}, more: mtls, tls: { kind: 'mesh', mesh: 'default' } },
    { name: 'in a mesh that encrypts, with skipMTLS', conf: { skipMTLS: true }, more: mtls, tls: { kind: 'off' } },
    { name: 'switched off', conf: { tls: { mode: 'disabled' } }, more: mtls, tls: { kind: 'off' } },
    {
      name: 'with files of the proxy',
      conf: { tls: { mode: 'providedTLS' } },
      node: { metricsFiles: files },
      tls: { kind: 'files', ...files },
    },
    { name: 'with files that the proxy lacks', conf: { tls: { mode: 'providedTLS' } }, tls: { kind: 'off' } },
  ])('encrypts $name', ({ conf, more, node, tls }) => {
    expect(ownOf([mesh(conf, more), proxy()], { ...connected, ...node }).metrics?.tls).toEqual(tls);
  });

  it.each([
    { name: 'a proxy of which nothing is known', documents: [mesh({}), proxy()], node: offlineNode },
    { name: 'a mesh without metrics', documents: [proxy()], node: connected },
    { name: 'a port of an inbound', documents: [mesh({ port: 80 }), proxy()], node: connected },
    { name: 'a port of the workload', documents: [mesh({ port: 8080 }), proxy()], node: connected },
    {
      name: 'a port of an outbound',
      documents: [
        mesh({}),
        proxy({}, { outbound: [{ address: '10.0.0.1', port: 5670, tags: { 'kuma.io/service': 'b' } }] }),
      ],
      node: connected,
    },
  ])('are not offered at $name', ({ documents, node }) => {
    expect(ownOf(documents, node).metrics).toBeUndefined();
  });
});

describe('admin', () => {
  it('has a listener once it can prove itself', () => {
    expect(ownOf([proxy()], { ...offlineNode, admin: connected.admin! }).admin).toBeUndefined();
  });

  it('asks Envoy whether the proxy is ready where nobody else says so', () => {
    expect(ownOf([proxy()]).admin?.readyCluster).toBe('kuma:envoy:admin');
    expect(ownOf([proxy()], { ...connected, readinessPort: 9902 }).admin?.readyCluster).toBe('kuma:readiness');
  });

  it('has no listener at the address where Envoy listens itself', () => {
    expect(ownOf([proxy({}, { address: '127.0.0.1' })]).admin).toBeUndefined();
  });
});

it('sends checks to the workload, by the path of their URLs', () => {
  const endpoints = [
    { inboundPort: 8080, inboundPath: 'http://host/a%20b?c', path: '/x' },
    { inboundPort: 9999, inboundPath: '/y', path: '/y' },
    { inboundPort: 8080, inboundPath: '/%ff', path: '/z' },
  ];
  expect(ownOf([proxy({ probes: { port: 9000, endpoints } })]).probes).toEqual({
    address: '10.0.0.1',
    port: 9000,
    endpoints: [
      { path: '/x', workloadPath: '/a b', target: { kind: 'cluster', name: 'localhost:8080' } },
      { path: '/y', workloadPath: '/y', target: { kind: 'port', port: 9999 } },
    ],
  });
});

it('knows names by both families of addresses where both are redirected', () => {
  const ports = { redirectPortInbound: 15006, redirectPortOutbound: 15001, redirectPortInboundV6: 15010 };
  const documents = [proxy({}, { transparentProxying: ports })];
  const dns = { port: 15053, emptyPort: 15054 };
  expect(ownOf(documents, { ...offlineNode, dns }).dns).toEqual({
    ...dns,
    names: new Map([['web.mesh', ['240.0.0.0', '::ffff:f000:0']]]),
  });
  const outbound = [proxy({}, { transparentProxying: { redirectPortOutbound: 15001 } })];
  expect(ownOf(outbound, { ...offlineNode, dns }).dns?.names).toEqual(new Map([['web.mesh', ['240.0.0.0']]]));
  expect(ownOf([proxy()], { ...offlineNode, dns }).dns).toBeUndefined();
});
