import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { startSkein, type Skein } from '../../src/app.js';
import { parseSettings } from '../../src/settings/index.js';
import { Caller, countAnswers, findFreePort, startEcho, startEnvoy, type LiveEnvoy } from './live-envoy.js';
import { findEnvoy } from './validate.js';

const envoyBinary = await findEnvoy();
const envoyPath = envoyBinary.kind === 'found' ? envoyBinary.path : '';

const silent = (): void => undefined;

interface Pair {
  readonly version: string;
  readonly address: string;
}

/** Backends, each behind a proxy of its own. */
const backends: readonly Pair[] = [
  { version: 'v0', address: '127.0.0.12' },
  { version: 'v1', address: '127.0.0.13' },
];
const clientAddress = '127.0.0.11';

describe.skipIf(envoyBinary.kind === 'missing')('real Envoys', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-envoys-'));
  const closers: (() => unknown)[] = [];
  const envoys: LiveEnvoy[] = [];
  /** Ports at which the proxies of the backends listen, by version. */
  const inboundPorts = new Map<string, number>();
  let ports: Readonly<Record<'api' | 'dp' | 'diagnostics' | 'outbound', number>>;
  let server: Skein;

  const start = async (): Promise<Skein> => {
    const parsed = parseSettings({
      env: {
        KUMA_GENERAL_WORK_DIR: folder,
        SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
        KUMA_API_SERVER_HTTP_PORT: String(ports.api),
        KUMA_DIAGNOSTICS_SERVER_PORT: String(ports.diagnostics),
        KUMA_DP_SERVER_PORT: String(ports.dp),
        SKEIN_DP_SERVER_INTERFACE: '127.0.0.1',
        KUMA_DP_SERVER_AUTHN_DP_PROXY_TYPE: 'none',
      },
    });
    if (!parsed.ok) throw new Error(parsed.error.join('\n'));
    return startSkein(parsed.value.settings, { log: { info: silent, error: silent } });
  };

  const request = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${server.apiUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await answer.text();
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };

  const put = (type: string, collection: string, name: string, fields: object): Promise<unknown> =>
    request('PUT', `/meshes/default/${collection}/${name}`, { type, mesh: 'default', name, ...fields });

  /** The share of each version in percent; 0 is left out. */
  const split = (weights: Readonly<Record<string, number>>): Promise<unknown> =>
    put('MeshTCPRoute', 'meshtcproutes', 'split', {
      spec: {
        targetRef: { kind: 'Mesh' },
        to: [
          {
            targetRef: { kind: 'MeshService', name: 'backend' },
            rules: [
              {
                default: {
                  backendRefs: Object.entries(weights).map(([version, weight]) => ({
                    kind: 'MeshServiceSubset',
                    name: 'backend',
                    tags: { version },
                    weight,
                  })),
                },
              },
            ],
          },
        ],
      },
    });

  const listenerType = 'type.googleapis.com/envoy.config.listener.v3.Listener';

  /** Resolves when the client's proxy has taken the newest listeners. */
  const converge = (): Promise<unknown> =>
    expect
      .poll(
        async () => {
          const delivery = (await request('GET', '/meshes/default/dataplanes/client/_delivery')) as {
            types?: Record<string, { target: string; acknowledged?: { version: string } }>;
          };
          const listeners = delivery.types?.[listenerType];
          return listeners !== undefined && listeners.acknowledged?.version === listeners.target;
        },
        { timeout: 20_000, interval: 20 },
      )
      .toBe(true);

  const rejections = async (): Promise<number> => {
    const counts = await Promise.all(
      envoys.flatMap((envoy) => [
        envoy.stat('cluster_manager.cds.update_rejected'),
        envoy.stat('listener_manager.lds.update_rejected'),
      ]),
    );
    return counts.reduce((sum, each) => sum + each, 0);
  };

  const startProxy = async (name: string, address: string, protocol: 'GRPC' | 'DELTA_GRPC'): Promise<void> => {
    const envoy = await startEnvoy({ path: envoyPath, id: `default.${name}`, address, dpPort: ports.dp, protocol });
    envoys.push(envoy);
    closers.push(() => envoy.close());
  };

  beforeAll(async () => {
    ports = {
      api: await findFreePort('127.0.0.1'),
      dp: await findFreePort('127.0.0.1'),
      diagnostics: await findFreePort('127.0.0.1'),
      outbound: await findFreePort(clientAddress),
    };
    server = await start();
    for (const { version, address } of backends) {
      const echo = await startEcho(version, address);
      closers.push(() => {
        echo.close();
      });
      const port = await findFreePort(address);
      inboundPorts.set(version, port);
      await put('Dataplane', 'dataplanes', `backend-${version}`, {
        networking: {
          address,
          inbound: [
            {
              port,
              servicePort: echo.port,
              serviceAddress: address,
              tags: { 'kuma.io/service': 'backend', 'kuma.io/protocol': 'tcp', version },
            },
          ],
        },
      });
    }
    await put('Dataplane', 'dataplanes', 'client', {
      networking: {
        address: clientAddress,
        inbound: [{ port: await findFreePort(clientAddress), tags: { 'kuma.io/service': 'client' } }],
        outbound: [{ address: clientAddress, port: ports.outbound, tags: { 'kuma.io/service': 'backend' } }],
      },
    });
    await split({ v0: 90, v1: 10 });
    await startProxy('client', clientAddress, 'GRPC');
    for (const [i, { version, address }] of backends.entries())
      await startProxy(`backend-${version}`, address, i === 0 ? 'GRPC' : 'DELTA_GRPC');
    await vi.waitFor(
      async () => {
        expect((await countAnswers(clientAddress, ports.outbound, 10)).get('')).toBeUndefined();
      },
      { timeout: 30_000, interval: 100 },
    );
  }, 60_000);

  afterAll(async () => {
    for (const close of closers.reverse()) await close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }, 20_000);

  it('splits connections as the route says, and follows it while others stay open', async () => {
    const long = Array.from({ length: 50 }, () => new Caller(clientAddress, ports.outbound));
    closers.push(() => {
      for (const caller of long) caller.close();
    });
    await Promise.all(long.map((caller) => caller.readLine()));
    await converge();
    const connections = 300;
    for (const [weights, share] of [
      [{ v0: 90, v1: 10 }, 0.1],
      [{ v0: 50, v1: 50 }, 0.5],
      [{ v0: 0, v1: 100 }, 1],
    ] as const) {
      await split(weights);
      await converge();
      const counts = await countAnswers(clientAddress, ports.outbound, connections);
      const deviation = Math.sqrt(connections * share * (1 - share));
      expect(counts.get('') ?? 0).toBe(0);
      expect(Math.abs((counts.get('v1') ?? 0) - connections * share)).toBeLessThanOrEqual(4 * deviation);
      expect(await Promise.all(long.map((caller) => caller.echoes(`at ${share}`)))).not.toContain(false);
    }
    expect(await rejections()).toBe(0);
  }, 60_000);

  it('keeps connections and sends nothing again when the control plane starts anew', async () => {
    const caller = new Caller(clientAddress, ports.outbound);
    closers.push(() => {
      caller.close();
    });
    await caller.readLine();
    await split({ v0: 50, v1: 50 });
    await converge();
    await server.close();
    expect(await caller.echoes('without control plane')).toBe(true);
    expect((await countAnswers(clientAddress, ports.outbound, 20)).get('')).toBeUndefined();
    server = await start();
    const metrics = async (): Promise<string> => (await fetch(`${server.diagnosticsUrl}/metrics`)).text();
    await expect
      .poll(async () => (await metrics()).includes('xds_streams_active{zone="Standalone"} 3'), { timeout: 30_000 })
      .toBe(true);
    // a change proves that the streams are at work
    await split({ v0: 1_000, v1: 1 });
    await converge();
    const sent = [...(await metrics()).matchAll(/^xds_responses_sent\{type_url="([^"]*)".*\} (\d+)$/gm)];
    expect(sent.map(([, url, count]) => [url, count])).toEqual([[listenerType, '1']]);
    expect(await caller.echoes('after')).toBe(true);
    expect(await rejections()).toBe(0);
  }, 60_000);

  it('encrypts as soon as the mesh says so, and refuses whoever does not', async () => {
    await request('PUT', '/meshes/default', {
      type: 'Mesh',
      name: 'default',
      mtls: { enabledBackend: 'ca-1', backends: [{ name: 'ca-1', type: 'builtin' }] },
    });
    /** Who answers a client that does not encrypt; it speaks first, since Envoy waits for its greeting. */
    const readPlain = async (): Promise<string> => {
      const caller = new Caller(backends[0]?.address ?? '', inboundPorts.get('v0') ?? 0);
      caller.say('in clear');
      const answer = await caller.readLine();
      caller.close();
      return answer;
    };
    await vi.waitFor(
      async () => {
        expect(await readPlain()).toBe('');
        expect((await countAnswers(clientAddress, ports.outbound, 25)).get('')).toBeUndefined();
      },
      { timeout: 20_000, interval: 100 },
    );
    expect((await countAnswers(clientAddress, ports.outbound, 100)).get('')).toBeUndefined();
    expect(await rejections()).toBe(0);
  }, 60_000);

  it('takes a service that vanishes and appears again', async () => {
    const spec = (await request('GET', '/meshes/default/dataplanes/backend-v0')) as object;
    await split({ v0: 1, v1: 1 });
    await request('DELETE', '/meshes/default/dataplanes/backend-v0');
    const answers = async (): Promise<readonly string[]> =>
      [...(await countAnswers(clientAddress, ports.outbound, 25)).keys()].sort();
    await vi.waitFor(
      async () => {
        expect(await answers()).not.toContain('v0');
      },
      { timeout: 20_000, interval: 100 },
    );
    await request('PUT', '/meshes/default/dataplanes/backend-v0', spec);
    await vi.waitFor(
      async () => {
        expect(await answers()).toEqual(['v0', 'v1']);
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(await rejections()).toBe(0);
  }, 60_000);
});
