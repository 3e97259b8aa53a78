import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { connectOnce, get } from './callers.js';
import { isWithoutEnvoy, useMesh, type LiveMesh, type Proxy } from './live-mesh.js';
import { readLines } from './log-files.js';
import { measureShares } from './shares.js';
import { startEcho, startWeb } from './workloads.js';

const from = (service: string): object => ({ sources: [{ match: { 'kuma.io/service': service } }] });
const to = (service: string): object => ({ destinations: [{ match: { 'kuma.io/service': service } }] });
const versionOf = (service: string, version: string): object => ({ 'kuma.io/service': service, version });

/** Services that no proxy has a connection to: proxies keep them, and what is new on inbounds is for new ones. */
const fresh = ['limited', 'faulty'] as const;

describe.skipIf(isWithoutEnvoy)('policies with sources and destinations', () => {
  let mesh: LiveMesh;
  let client: Proxy;
  let stranger: Proxy;
  let logFile: string;

  useMesh(async (live) => {
    mesh = live;
    logFile = join(live.folder, 'access.log');
    await live.configure({
      mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] },
      logging: {
        backends: [
          {
            name: 'file',
            type: 'file',
            format: '%KUMA_SOURCE_SERVICE% %RESPONSE_CODE% %REQ(:PATH)%',
            conf: { path: logFile },
          },
        ],
      },
    });
    const versions = ['v0', 'v1'];
    const echoes = await Promise.all(versions.map((version) => live.use(startEcho(version))));
    const webs = await Promise.all(versions.map((version) => live.use(startWeb(version))));
    await live.addProxy('servers', {
      inbounds: [
        ...echoes.map((workload, i) => ({ service: 'tcp', protocol: 'tcp', workload, tags: { version: `v${i}` } })),
        ...webs.map((workload, i) => ({ service: 'web', protocol: 'http', workload, tags: { version: `v${i}` } })),
        ...fresh.map((service) => ({ service, protocol: 'http', workload: webs[0]! })),
      ],
    });
    const outbounds = ['tcp', 'web', ...fresh];
    client = await live.addProxy('client', { outbounds });
    stranger = await live.addProxy('stranger', { outbounds, isIncremental: true });
  });

  it('TrafficRoute splits connections', async () => {
    await mesh.put('TrafficRoute', 'split', {
      ...from('client'),
      ...to('tcp'),
      conf: {
        split: [
          { weight: 80, destination: versionOf('tcp', 'v0') },
          { weight: 20, destination: versionOf('tcp', 'v1') },
        ],
      },
    });
    const expected = { v0: 80, v1: 20 };
    expect(await measureShares(client.outbound('tcp'), 500, expected)).toEqual(expected);
  });

  it('TrafficRoute sends requests where their path says', async () => {
    await mesh.put('TrafficRoute', 'paths', {
      ...from('client'),
      ...to('web'),
      conf: {
        http: [{ match: { path: { prefix: '/new/' } }, destination: versionOf('web', 'v1') }],
        destination: versionOf('web', 'v0'),
      },
    });
    for (const [path, version] of [
      ['/new/a', 'v1'],
      ['/a', 'v0'],
    ] as const)
      for (let i = 0; i < 5; i++) expect((await get(client.outbound('web'), path)).body).toBe(`${version} ${path}`);
  });

  it('TrafficPermission says who gets through', async () => {
    await mesh.put('TrafficPermission', 'client-only', { ...from('client'), ...to('*') });
    await mesh.delete('TrafficPermission', 'allow-all-default');
    expect(await connectOnce(client.outbound('tcp'))).not.toBe('');
    expect(await connectOnce(stranger.outbound('tcp'))).toBe('');
    await mesh.put('TrafficPermission', 'allow-all-default', { ...from('*'), ...to('*') });
    await mesh.delete('TrafficPermission', 'client-only');
    expect(await connectOnce(stranger.outbound('tcp'))).not.toBe('');
  });

  it('RateLimit refuses the requests of its sources beyond their number', async () => {
    const conf = { http: { requests: 2, interval: '1h', onRateLimit: { status: 423 } } };
    await mesh.put('RateLimit', 'few', { ...from('client'), ...to('limited'), conf });
    const statuses = async (of: Proxy): Promise<readonly number[]> => {
      const answers = [];
      for (let i = 0; i < 4; i++) answers.push(await get(of.outbound('limited')));
      return answers.map(({ status }) => status);
    };
    expect(await statuses(client)).toEqual([200, 200, 423, 423]);
    expect(await statuses(stranger)).toEqual([200, 200, 200, 200]);
  });

  it('FaultInjection makes requests of its sources fail', async () => {
    await mesh.put('FaultInjection', 'all', {
      ...from('client'),
      destinations: [{ match: { 'kuma.io/service': 'faulty', 'kuma.io/protocol': 'http' } }],
      conf: { abort: { httpStatus: 418, percentage: 100 } },
    });
    expect((await get(client.outbound('faulty'))).status).toBe(418);
    expect((await get(stranger.outbound('faulty'))).status).toBe(200);
  });

  it('TrafficLog writes a line for each request', async () => {
    await mesh.put('TrafficLog', 'web', { ...from('client'), ...to('web'), conf: { backend: 'file' } });
    await get(client.outbound('web'), '/logged');
    expect(await readLines(logFile, 1)).toEqual(['client 200 /logged']);
  });
});
