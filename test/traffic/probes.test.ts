import { describe, expect, it } from 'vitest';

import { connectOnce, listAnswers, type Target } from './callers.js';
import { isWithoutEnvoy, useMesh, waitFor, type LiveMesh } from './live-mesh.js';
import { startEcho, type Workload } from './workloads.js';

/** How often proxies check, and tell what they found. */
const settings = {
  KUMA_DP_SERVER_HDS_ENABLED: 'true',
  KUMA_DP_SERVER_HDS_INTERVAL: '200ms',
  KUMA_DP_SERVER_HDS_CHECK_INTERVAL: '200ms',
  KUMA_DP_SERVER_HDS_CHECK_NO_TRAFFIC_INTERVAL: '200ms',
};

describe.skipIf(isWithoutEnvoy)('a workload with a probe', () => {
  let mesh: LiveMesh;
  let backend: Target;
  let probed: Workload;

  useMesh(async (live) => {
    mesh = live;
    probed = await live.use(startEcho('probed'));
    const steady = await live.use(startEcho('steady'));
    await live.addProxy('probed', { inbounds: [{ service: 'backend', workload: probed, isProbed: true }] });
    await live.addProxy('steady', { inbounds: [{ service: 'backend', workload: steady }] });
    backend = (await live.addProxy('client', { outbounds: ['backend'] })).outbound('backend');
  }, settings);

  const waitForAnswers = (names: readonly string[]): Promise<unknown> =>
    waitFor(async () => {
      expect(await listAnswers(backend, 10)).toEqual(names);
    });

  it('gets connections as long as it takes them', async () => {
    await waitForAnswers(['probed', 'steady']);
    await probed.close();
    await waitForAnswers(['steady']);
    expect(await connectOnce(backend)).toBe('steady');
    await mesh.use(startEcho('again', probed.port));
    await waitForAnswers(['again', 'steady']);
  });
});
