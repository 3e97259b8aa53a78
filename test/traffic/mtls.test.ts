import { connect as connectTls } from 'node:tls';

import { describe, expect, it } from 'vitest';

import { makeServerAuthority, makeServerCertificate } from '../../src/pki/make-server-certificate.js';
import { Caller, connectOnce, keepConnecting, type Target } from './callers.js';
import { isWithoutEnvoy, useMesh, waitFor, type LiveMesh, type Proxy } from './live-mesh.js';
import { startEcho, startTlsEcho } from './workloads.js';

const withMode = (mode: 'PERMISSIVE' | 'STRICT'): object => ({
  mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin', mode }] },
});

/** A client without a proxy that speaks TLS, as its workload would have it. */
const connectOverTls = (to: Target): Promise<string> => connectOnce(connectTls({ ...to, rejectUnauthorized: false }));

/** Who may talk to the proxies: the service `client` when so it is said, nobody else. */
const allowClient = (action: 'Allow' | 'Deny'): object => ({
  spec: {
    targetRef: { kind: 'Mesh' },
    from: [
      { targetRef: { kind: 'Mesh' }, default: { action: 'Deny' } },
      { targetRef: { kind: 'MeshService', name: 'client' }, default: { action } },
    ],
  },
});

describe.skipIf(isWithoutEnvoy)('mTLS', () => {
  let mesh: LiveMesh;
  let server: Proxy;
  let client: Proxy;
  let stranger: Proxy;

  useMesh(async (live) => {
    mesh = live;
    const key = await makeServerCertificate(await makeServerAuthority(Date.now()), ['backend'], Date.now());
    server = await live.addProxy('server', {
      inbounds: [
        { service: 'plain', workload: await live.use(startEcho('plain')) },
        { service: 'tls', workload: await live.use(startTlsEcho('tls', key)) },
      ],
      drainTime: 3,
    });
    client = await live.addProxy('client', { outbounds: ['plain'] });
    stranger = await live.addProxy('stranger', { outbounds: ['plain'], isIncremental: true });
  });

  /** Connections between proxies that the server has decrypted. */
  const countHandshakes = (): Promise<number> => {
    const { host, port } = server.inbound('plain');
    return server.envoy.stat(`listener.${host}_${port}.ssl.handshake`);
  };

  it('is taken up by proxies in permissive mode, without that a connection fails, and others get through', async () => {
    const meanwhile = keepConnecting(client.outbound('plain'));
    await mesh.configure(withMode('PERMISSIVE'));
    await waitFor(async () => {
      expect(await countHandshakes()).toBeGreaterThan(0);
    });
    expect(await connectOnce(server.inbound('plain'))).toBe('plain');
    expect(await connectOverTls(server.inbound('tls'))).toBe('tls');
    expect(await meanwhile.stop()).toMatchObject({ lost: 0 });
  });

  it('keeps out in strict mode who is not of the mesh, without that a connection of the mesh fails', async () => {
    const inClear = new Caller(server.inbound('plain'));
    inClear.say('hello');
    expect(await inClear.readLine()).toBe('plain');
    expect(await inClear.readLine()).toBe('hello');
    const meanwhile = keepConnecting(client.outbound('plain'));
    await mesh.configure(withMode('STRICT'));
    expect(await connectOnce(server.inbound('plain'))).toBe('');
    expect(await connectOverTls(server.inbound('tls'))).toBe('');
    const before = await countHandshakes();
    expect(await connectOnce(client.outbound('plain'))).toBe('plain');
    expect(await countHandshakes()).toBeGreaterThan(before);
    expect(await meanwhile.stop()).toMatchObject({ lost: 0 });
    // at the end of the drain time
    expect(await inClear.readLine()).toBe('');
  });

  it('leaves it to MeshTrafficPermission who of the mesh gets through', async () => {
    const answers = (): Promise<readonly string[]> =>
      Promise.all([client, stranger].map((each) => connectOnce(each.outbound('plain'))));
    expect(await answers()).toEqual(['plain', 'plain']);
    await mesh.put('MeshTrafficPermission', 'some', allowClient('Allow'));
    expect(await answers()).toEqual(['plain', '']);
    const allowed = new Caller(client.outbound('plain'));
    expect(await allowed.readLine()).toBe('plain');
    await mesh.put('MeshTrafficPermission', 'some', allowClient('Deny'));
    expect(await answers()).toEqual(['', '']);
    // at the end of the drain time
    expect(await allowed.readLine()).toBe('');
    await mesh.delete('MeshTrafficPermission', 'some');
    expect(await answers()).toEqual(['plain', 'plain']);
    // of the older form there is one that allows all
    await mesh.delete('TrafficPermission', 'allow-all-default');
    expect(await answers()).toEqual(['', '']);
  });
});
