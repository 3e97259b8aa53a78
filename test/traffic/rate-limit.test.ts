import { describe, expect, it } from 'vitest';

import { connectOnce, get } from './callers.js';
import { isWithoutEnvoy, useMesh, waitFor, type LiveMesh, type Proxy } from './live-mesh.js';
import { startEcho, startWeb } from './workloads.js';

/** So many in an hour, which is longer than the test. */
const limit = (service: string, local: object): object => ({
  spec: {
    targetRef: { kind: 'MeshService', name: service },
    from: [{ targetRef: { kind: 'Mesh' }, default: { local } }],
  },
});

describe.skipIf(isWithoutEnvoy)('MeshRateLimit', () => {
  let mesh: LiveMesh;
  let client: Proxy;

  useMesh(async (live) => {
    mesh = live;
    const workload = await live.use(startWeb('web'));
    await live.addProxy('server', {
      inbounds: [
        { service: 'backend', workload: await live.use(startEcho('backend')) },
        { service: 'web', workload, protocol: 'http' },
        { service: 'used', workload, protocol: 'http' },
      ],
      drainTime: 1,
    });
    client = await live.addProxy('client', { outbounds: ['backend', 'web', 'used'] });
  });

  it('closes the connections beyond their number', async () => {
    const connectionRate = { num: 3, interval: '1h' };
    await mesh.put('MeshRateLimit', 'connections', limit('backend', { tcp: { connectionRate } }));
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await connectOnce(client.outbound('backend')));
    expect(answers).toEqual(['backend', 'backend', 'backend', '', '']);
    await mesh.delete('MeshRateLimit', 'connections');
    expect(await connectOnce(client.outbound('backend'))).toBe('backend');
  });

  it('refuses the requests beyond their number, with the status and the headers that it says', async () => {
    const http = {
      requestRate: { num: 3, interval: '1h' },
      onRateLimit: { status: 429, headers: { set: [{ name: 'x-limited', value: 'yes' }] } },
    };
    await mesh.put('MeshRateLimit', 'requests', limit('web', { http }));
    const answers = [];
    for (let i = 0; i < 5; i++) answers.push(await get(client.outbound('web')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
    expect(answers.map(({ headers }) => headers['x-limited'])).toEqual([undefined, undefined, undefined, 'yes', 'yes']);
  });

  it('comes to count for a client whose proxy keeps its connection, when the drain time is over', async () => {
    const statusNow = async (): Promise<number> => (await get(client.outbound('used'))).status;
    expect(await statusNow()).toBe(200);
    await mesh.put('MeshRateLimit', 'used', limit('used', { http: { requestRate: { num: 1, interval: '1h' } } }));
    await waitFor(async () => {
      expect(await statusNow()).toBe(429);
    });
  });
});
