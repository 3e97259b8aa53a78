import { describe, expect, it } from 'vitest';

import { Caller, keepConnecting, listAnswers, type Target } from './callers.js';
import { isWithoutEnvoy, useMesh, waitFor, type LiveMesh } from './live-mesh.js';
import { startEcho } from './workloads.js';

describe.skipIf(isWithoutEnvoy)('the control plane', () => {
  let mesh: LiveMesh;
  let backend: Target;

  const idleTimeout = (seconds: number): object => ({
    spec: {
      targetRef: { kind: 'Mesh' },
      to: [{ targetRef: { kind: 'Mesh' }, default: { idleTimeout: `${seconds}s` } }],
    },
  });

  useMesh(async (live) => {
    mesh = live;
    await mesh.configure({ mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] } });
    for (const isIncremental of [false, true]) {
      const name = isIncremental ? 'incremental' : 'whole';
      const workload = await mesh.use(startEcho(name));
      await mesh.addProxy(name, { inbounds: [{ service: 'backend', workload }], isIncremental });
    }
    backend = (await mesh.addProxy('client', { outbounds: ['backend'] })).outbound('backend');
    await mesh.put('MeshTimeout', 'idle', idleTimeout(1_000));
  });

  it('crashes and starts anew without that a proxy or a connection notices', async () => {
    const before = new Caller(backend);
    expect(await before.readLine()).not.toBe('');
    const meanwhile = keepConnecting(backend);
    await mesh.skein.kill();
    expect(await before.echoes('without a control plane')).toBe(true);
    expect(await listAnswers(backend)).toEqual(['incremental', 'whole']);
    await mesh.start();
    await waitFor(async () => {
      expect(await mesh.skein.metrics()).toContain('xds_streams_active{zone="Standalone"} 3');
    });
    await mesh.settle();
    // a change proves that the streams are at work
    await mesh.put('MeshTimeout', 'idle', idleTimeout(2_000));
    expect(await meanwhile.stop()).toMatchObject({ lost: 0 });
    expect(await before.echoes('still here')).toBe(true);
    before.close();
    const sent = [
      ...(await mesh.skein.metrics()).matchAll(/^xds_responses_sent\{type_url="[^"]*\.([^".]*)".*\} (\d+)$/gm),
    ];
    expect(sent.map(([, type, count]) => `${type} ${count}`)).toEqual(['Listener 1']);
  });
});
