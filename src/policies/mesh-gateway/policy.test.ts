import { generateKeyPairSync } from 'node:crypto';

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
import type { Document } from '../../../test/plan/plan-proxy.js';
import { readServerCertificate } from './server-certificate.js';

const pem = (type: 'rsa' | 'ec' | 'ed25519') => {
  const options = {
    modulusLength: 2048,
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  };
  return generateKeyPairSync(type as 'rsa', options as never).privateKey;
};
const certificate = '-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n';
const keys = { rsa: pem('rsa'), ec: pem('ec'), ed25519: pem('ed25519') };
const base64 = (...blocks: readonly string[]): string => Buffer.from(blocks.join('')).toString('base64');

describe('readServerCertificate', () => {
  it.each([
    { name: 'an RSA key', blocks: [certificate, keys.rsa], keyType: 'rsa' },
    { name: 'an elliptic key, before the chain', blocks: [keys.ec, certificate, certificate], keyType: 'ecdsa' },
    { name: 'a key of another sort', blocks: [certificate, keys.ed25519], keyType: undefined },
    { name: 'two keys', blocks: [certificate, keys.rsa, keys.ec], keyType: undefined },
    { name: 'no key', blocks: [certificate], keyType: undefined },
    { name: 'no certificate', blocks: [keys.rsa], keyType: undefined },
    {
      name: 'something else too',
      blocks: [certificate, keys.rsa, certificate.replaceAll('CERTIFICATE', 'X')],
      keyType: undefined,
    },
    {
      name: 'a key that is none',
      blocks: [certificate, certificate.replaceAll('CERTIFICATE', 'PRIVATE KEY')],
      keyType: undefined,
    },
  ])('reads $name: $keyType', ({ blocks, keyType }) => {
    expect(readServerCertificate(base64(...blocks))?.keyType).toBe(keyType);
  });
  it('gives the whole chain, and the key', () => {
    expect(readServerCertificate(base64(keys.ec, certificate, certificate))).toEqual({
      keyType: 'ecdsa',
      chain: certificate + certificate,
      key: keys.ec,
    });
  });
});

const secret: Document = { type: 'Secret', name: 'cert', data: base64(certificate, keys.rsa) };
const mtls: Document = {
  type: 'Mesh',
  name: 'default',
  mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin' }] },
};
const terminate = (...certificates: readonly object[]) => ({ mode: 'TERMINATE', certificates });
const http = { port: 8080, protocol: 'HTTP' };

describe('ports', () => {
  it.each([
    { name: 'HTTP', listener: http, port: 'edge:HTTP:8080' },
    { name: 'TCP', listener: { port: 9090, protocol: 'TCP' }, port: 'edge:TCP:9090' },
    {
      name: 'HTTPS',
      listener: { port: 8443, protocol: 'HTTPS', tls: terminate({ secret: 'cert' }) },
      port: 'edge:HTTPS:8443',
    },
    { name: 'TLS', listener: { port: 9443, protocol: 'TLS', tls: { mode: 'PASSTHROUGH' } }, port: 'edge:TLS:9443' },
    {
      name: 'HTTPS without its certificate',
      listener: { port: 8443, protocol: 'HTTPS', tls: terminate({ secret: 'none' }) },
      port: undefined,
    },
    { name: 'TLS without a mode', listener: { port: 9443, protocol: 'TLS' }, port: undefined },
    { name: 'a protocol that nobody knows', listener: { port: 1, protocol: 2 }, port: undefined },
    { name: 'HTTP for other meshes without mTLS', listener: { ...http, crossMesh: true }, port: undefined },
  ])('$name: $port', ({ listener, port }) => {
    const names = Object.keys(portsOf(secret, meshGateway(listener, { port: 7, protocol: 'TCP' })));
    expect(names).toEqual(['edge:TCP:7', ...(port === undefined ? [] : [port])]);
  });
  it('are none where no MeshGateway selects the proxy', () => {
    const other = { ...meshGateway(http), selectors: [{ match: { 'kuma.io/service': 'others' } }] };
    const { plan, resources } = computeGateway(other);
    expect(plan.gateway?.listeners.size).toBe(0);
    expect(resources.runtimes.get('gateway.listeners')).toEqual({ name: 'gateway.listeners', layer: {} });
  });
  it('have limits, which Envoy reads from its runtime', () => {
    const { resources } = computeGateway(meshGateway({ ...http, resources: { connectionLimit: 5 } }));
    expect(resources.runtimes.get('gateway.listeners')?.layer).toEqual({
      'envoy.resource_limits.listener.edge:HTTP:8080.connection_limit': 5,
    });
  });
  it('wait for no first bytes of clients where the server may be the first to speak', () => {
    const { resources } = computeGateway(meshGateway(http, { port: 9090, protocol: 'TCP' }));
    expect(resources.listeners.get('edge:HTTP:8080')).toHaveProperty('listenerFilters');
    expect(resources.listeners.get('edge:TCP:9090')).not.toHaveProperty('listenerFilters');
  });
});

describe('hosts', () => {
  const named = (...hostnames: readonly string[]) =>
    gatewayRoute({ http: { hostnames, rules: [{ matches: [{ method: 'GET' }], backends: [to('a')] }] } });
  it.each([
    { name: 'those of routes too', hostnames: ['b.org', '*.c.org'], hosts: ['b.org', '*.c.org', '*'] },
    { name: 'each once, whatever the case', hostnames: ['b.org', 'B.org'], hosts: ['b.org', '*'] },
    { name: 'none that Envoy would refuse', hostnames: ['', 'a*b', '*.', 'a..b', 'b.*'], hosts: ['*'] },
  ])('are $name', ({ hostnames, hosts }) => {
    expect(Object.keys(routesOf(portsOf(meshGateway(http), named(...hostnames))['edge:HTTP:8080']))).toEqual(hosts);
  });
  it('with certificates have chains of their own; one without is left out', () => {
    const listener = (hostname: string, name: string) => ({
      port: 8443,
      protocol: 'HTTPS',
      hostname,
      tls: terminate({ secret: name }),
    });
    const { resources } = computeGateway(
      secret,
      meshGateway(listener('a.org', 'cert'), listener('b.org', 'none'), listener('c.org', 'cert')),
      allRequests(to('a')),
    );
    const { filterChains = [] } = resources.listeners.get('edge:HTTPS:8443') ?? {};
    expect(filterChains.map(({ filterChainMatch }) => filterChainMatch?.serverNames)).toEqual([['c.org'], ['a.org']]);
    expect([...resources.secrets.keys()]).toEqual(['cert.rsa:secret:cert']);
    expect(resources.routes.get('edge:HTTPS:8443')?.virtualHosts).toMatchObject([
      { name: 'c.org', requireTls: 'ALL' },
      { name: 'a.org', requireTls: 'ALL' },
    ]);
  });
  it('for other meshes ask for an identity of any mesh', () => {
    const { resources } = computeGateway(mtls, meshGateway({ ...http, crossMesh: true }), allRequests(to('a')));
    expect(resources.listeners.get('edge:HTTP:8080')?.filterChains).toMatchObject([
      {
        filterChainMatch: { transportProtocol: 'tls', applicationProtocols: ['kuma'] },
        transportSocket: {
          typedConfig: {
            requireClientCertificate: true,
            commonTlsContext: {
              combinedValidationContext: { validationContextSdsSecretConfig: { name: 'mesh_ca:secret:all' } },
            },
          },
        },
      },
    ]);
    expect([...resources.secrets.keys()]).toContain('mesh_ca:secret:all');
  });
  it('without routes say so', () => {
    expect(computeGateway(meshGateway(http)).resources.routes.get('edge:HTTP:8080')?.virtualHosts).toMatchObject([
      { domains: ['*'], routes: [{ directResponse: { status: 404 } }] },
    ]);
  });
});

it('TLS that ends at the gateway has the certificates of the first host', () => {
  const inline = { inlineString: `${certificate}${keys.ec}` };
  const listener = { port: 9443, protocol: 'TLS', hostname: 'a.org', tls: terminate(inline, inline) };
  const { resources } = computeGateway(meshGateway(listener), allConnections(to('a')));
  expect(resources.listeners.get('edge:TLS:9443')?.filterChains).toMatchObject([
    {
      filterChainMatch: { serverNames: ['a.org'], transportProtocol: 'tls' },
      transportSocket: {
        typedConfig: { commonTlsContext: { tlsCertificateSdsSecretConfigs: [{ name: 'cert.ecdsa:inline:a.org' }] } },
      },
    },
  ]);
});

it('clusters are encrypted in a permissive mesh too', () => {
  const permissive = {
    ...mtls,
    mtls: { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin', mode: 'PERMISSIVE' }] },
  };
  const { plan } = computeGateway(permissive, meshGateway(http), allRequests(to('a')));
  expect([...plan.clusters.values()][0]?.tls).toEqual({ mesh: 'default', service: 'a', sni: 'a{mesh=default}' });
});
