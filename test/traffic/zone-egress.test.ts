import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { findEnvoy } from '../envoy/validate.js';
import { findFreePort, nextAddress } from './addresses.js';
import { connectOnce, type Target } from './callers.js';
import { startEnvoy } from './envoy-process.js';
import { isWithoutEnvoy, useMesh, waitFor, type LiveMesh } from './live-mesh.js';
import { startEcho, workloadHost } from './workloads.js';

describe.skipIf(isWithoutEnvoy)('a zone egress', () => {
  let mesh: LiveMesh;
  let outside: Target;

  useMesh(
    async (live) => {
      mesh = live;
      await mesh.configure({
        mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] },
        routing: { zoneEgress: true },
      });
      const workload = await mesh.use(startEcho('outside'));
      await mesh.put('ExternalService', 'outside', {
        tags: { 'kuma.io/service': 'outside', 'kuma.io/protocol': 'tcp' },
        networking: { address: `${workloadHost}:${workload.port}` },
      });
      const address = nextAddress();
      const adminPort = await findFreePort(workloadHost);
      await mesh.request('PUT', '/zoneegresses/egress', {
        type: 'ZoneEgress',
        name: 'egress',
        networking: { address, port: await findFreePort(address), admin: { port: adminPort } },
      });
      const bootstrap = await mesh.skein.bootstrap({ name: 'egress', proxyType: 'egress' });
      const found = await findEnvoy();
      await mesh.use(
        startEnvoy({
          binary: found.kind === 'found' ? found.path : '',
          file: join(mesh.folder, 'egress.yaml'),
          bootstrap,
          adminPort,
          drainTime: 600,
        }),
      );
      outside = (await mesh.addProxy('client', { outbounds: ['outside'] })).outbound('outside');
    },
    { SKEIN_DP_SERVER_AUTHN_ZONE_PROXY_TYPE: 'none' },
  );

  it('lets proxies out that are permitted, and nobody else', async () => {
    await waitFor(async () => {
      expect(await connectOnce(outside)).toBe('outside');
    });
    await mesh.put('MeshTrafficPermission', 'others', {
      spec: {
        targetRef: { kind: 'MeshService', name: 'outside' },
        from: [{ targetRef: { kind: 'MeshService', name: 'other' }, default: { action: 'Allow' } }],
      },
    });
    await waitFor(async () => {
      expect(await connectOnce(outside)).toBe('');
    });
    await mesh.delete('MeshTrafficPermission', 'others');
    await waitFor(async () => {
      expect(await connectOnce(outside)).toBe('outside');
    });
  });
});
