import { Agent } from 'node:http';
import { connect as connectTls } from 'node:tls';

import { describe, expect, it } from 'vitest';

import { makeServerAuthority, makeServerCertificate } from '../../src/pki/make-server-certificate.js';
import { findFreePort } from './addresses.js';
import { Caller, connectOnce, get, listAnswers, type Target } from './callers.js';
import { isWithoutEnvoy, useMesh, type LiveMesh } from './live-mesh.js';
import { measureShares } from './shares.js';
import { startEcho, startTlsEcho, startWeb } from './workloads.js';

const anyAddress = '0.0.0.0';

/** A MeshTCPRoute for the listener with this tag. */
const routeListener = (port: string, backendRefs: readonly object[]): object => ({
  spec: {
    targetRef: { kind: 'MeshGateway', name: 'edge', tags: { port } },
    to: [{ targetRef: { kind: 'Mesh' }, rules: [{ default: { backendRefs } }] }],
  },
});

const toVersion = (version: string, weight: number): object => ({
  kind: 'MeshServiceSubset',
  name: 'backend',
  tags: { version },
  weight,
});

/** Keeps a connection for all requests, and counts those that it had to make. */
class OneConnection extends Agent {
  connections = 0;

  constructor() {
    super({ keepAlive: true, maxSockets: 1 });
  }

  override createConnection(...how: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
    this.connections++;
    return super.createConnection(...how);
  }

  close(): void {
    this.destroy();
  }
}

const selectListener = (port: string): object => ({ selectors: [{ match: { 'kuma.io/service': 'edge', port } }] });

describe.skipIf(isWithoutEnvoy)('a builtin gateway', () => {
  let mesh: LiveMesh;
  let at: Readonly<Record<'tcp' | 'http' | 'tls', Target>>;
  let authority: string;

  useMesh(async (live) => {
    mesh = live;
    await live.configure({ mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] } });
    const now = Date.now();
    const certifier = await makeServerAuthority(now);
    authority = certifier.certificate;
    const key = await makeServerCertificate(certifier, ['ended.example.com', 'passed.example.com'], now);
    const data = Buffer.from(`${key.certificate}${key.privateKey}`).toString('base64');
    const secret = { type: 'Secret', mesh: 'default', name: 'edge', data };
    await live.request('PUT', '/meshes/default/secrets/edge', secret);
    const [v0, v1, web, tls] = await Promise.all([
      live.use(startEcho('v0')),
      live.use(startEcho('v1')),
      live.use(startWeb('web')),
      live.use(startTlsEcho('tls', key)),
    ]);
    await live.addProxy('servers', {
      inbounds: [
        { service: 'backend', workload: v0, tags: { version: 'v0' } },
        { service: 'backend', workload: v1, tags: { version: 'v1' } },
        { service: 'web', workload: web, protocol: 'http' },
        { service: 'tls', workload: tls },
      ],
    });
    const { address } = await live.addProxy('edge-1', { gateway: { 'kuma.io/service': 'edge' } });
    const ports = { tcp: 0, http: 0, tls: 0 };
    for (const kind of ['tcp', 'http', 'tls'] as const) ports[kind] = await findFreePort(anyAddress);
    at = {
      tcp: { host: address, port: ports.tcp },
      http: { host: address, port: ports.http },
      tls: { host: address, port: ports.tls },
    };
    await live.put('MeshGateway', 'edge', {
      selectors: [{ match: { 'kuma.io/service': 'edge' } }],
      conf: {
        listeners: [
          { port: ports.tcp, protocol: 'TCP', tags: { port: 'tcp' } },
          { port: ports.http, protocol: 'HTTP', tags: { port: 'http' } },
          {
            ...{ port: ports.tls, protocol: 'TLS', hostname: 'ended.example.com', tags: { port: 'ended' } },
            tls: { mode: 'TERMINATE', certificates: [{ secret: 'edge' }] },
          },
          {
            ...{ port: ports.tls, protocol: 'TLS', hostname: 'passed.example.com', tags: { port: 'passed' } },
            tls: { mode: 'PASSTHROUGH' },
          },
        ],
      },
    });
  });

  it('takes connections where MeshGatewayRoute says', async () => {
    expect(await connectOnce(at.tcp)).toBe('');
    await mesh.put('MeshGatewayRoute', 'tcp', {
      ...selectListener('tcp'),
      conf: {
        tcp: { rules: [{ backends: [{ weight: 1, destination: { 'kuma.io/service': 'backend', version: 'v0' } }] }] },
      },
    });
    expect(await listAnswers(at.tcp)).toEqual(['v0']);
  });

  it('splits connections as MeshTCPRoute says, which counts more', async () => {
    await mesh.put('MeshTCPRoute', 'tcp', routeListener('tcp', [toVersion('v0', 70), toVersion('v1', 30)]));
    const expected = { v0: 70, v1: 30 };
    expect(await measureShares(at.tcp, 500, expected)).toEqual(expected);
  });

  it('lets the workload speak first', async () => {
    const caller = new Caller(at.tcp);
    expect(await caller.readLine()).toMatch(/^v[01]$/);
    caller.close();
  });

  it('takes requests where MeshGatewayRoute says, also those of connections that are open', async () => {
    const agent = await mesh.use(new OneConnection());
    expect(await get(at.http, '/known/path', agent)).toMatchObject({ status: 404 });
    await mesh.put('MeshGatewayRoute', 'http', {
      ...selectListener('http'),
      conf: {
        http: {
          rules: [
            {
              matches: [{ path: { match: 'PREFIX', value: '/known' } }],
              backends: [{ weight: 1, destination: { 'kuma.io/service': 'web' } }],
            },
          ],
        },
      },
    });
    expect(await get(at.http, '/known/path', agent)).toMatchObject({ status: 200, body: 'web /known/path' });
    expect(agent.connections).toBe(1);
    expect(await get(at.http, '/other')).toMatchObject({ status: 404 });
  });

  it.each([
    { name: 'ends', host: 'ended.example.com', tag: 'ended', service: 'backend', answers: /^v[01]$/ },
    { name: 'passes on', host: 'passed.example.com', tag: 'passed', service: 'tls', answers: /^tls$/ },
  ])('$name TLS of the connections that MeshTCPRoute takes', async ({ host, tag, service, answers }) => {
    await mesh.put('MeshTCPRoute', tag, routeListener(tag, [{ kind: 'MeshService', name: service }]));
    const connectTo = (servername: string): Promise<string> =>
      connectOnce(connectTls({ ...at.tls, servername, ca: authority }));
    expect(await connectTo(host)).toMatch(answers);
    expect(await connectTo('other.example.com')).toBe('');
  });
});
