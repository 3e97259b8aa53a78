import { describe, expect, it } from 'vitest';

import { makeAuthority } from '../../src/pki/make-authority.js';
import { Caller, keepConnecting, listAnswers, type Target } from './callers.js';
import { isWithoutEnvoy, useMesh, waitFor, type LiveMesh } from './live-mesh.js';
import { startEcho } from './workloads.js';

interface Overview {
  readonly items: readonly {
    readonly dataplaneInsight?: { readonly mTLS?: { readonly certificateRegenerations?: number } };
  }[];
}

describe.skipIf(isWithoutEnvoy)('the CA of a mesh', () => {
  let mesh: LiveMesh;
  let backend: Target;

  useMesh(async (live) => {
    mesh = live;
    await live.configure({ mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] } });
    for (const name of ['whole', 'incremental']) {
      const inbounds = [{ service: 'backend', workload: await live.use(startEcho(name)) }];
      await live.addProxy(name, { inbounds, isIncremental: name === 'incremental', drainTime: 1 });
    }
    backend = (await live.addProxy('client', { outbounds: ['backend'], drainTime: 1 })).outbound('backend');
  });

  /** How many identities each proxy has had. */
  const countIdentities = async (): Promise<readonly unknown[]> => {
    const { items } = (await mesh.request('GET', '/meshes/default/dataplanes/_overview')) as Overview;
    return items.map(({ dataplaneInsight }) => dataplaneInsight?.mTLS?.certificateRegenerations);
  };

  it('is replaced without that a connection fails', async () => {
    await waitFor(async () => {
      expect(await countIdentities()).toEqual([1, 1, 1]);
    });
    const before = new Caller(backend);
    expect(await before.readLine()).not.toBe('');
    const meanwhile = keepConnecting(backend);
    const day = 24 * 3_600_000;
    const authority = await makeAuthority(
      { commonName: 'new', trustDomain: 'default', rsaBits: 2048, validity: day, backdated: 60_000 },
      Date.now(),
    );
    for (const [part, pem] of [
      ['cert', authority.certificate],
      ['key', authority.privateKey],
    ] as const) {
      const name = `default.ca-builtin-${part}-ca-1`;
      const data = Buffer.from(pem).toString('base64');
      await mesh.request('PUT', `/meshes/default/secrets/${name}`, { type: 'Secret', mesh: 'default', name, data });
    }
    // at first proxies are only made to trust the new one
    await waitFor(async () => {
      expect(await countIdentities()).toEqual([2, 2, 2]);
    });
    await mesh.settle();
    expect(await listAnswers(backend)).toEqual(['incremental', 'whole']);
    expect(await meanwhile.stop()).toMatchObject({ lost: 0 });
    expect(await before.echoes('still here')).toBe(true);
    before.close();
  });
});
