import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { listeners, type AdsProxy } from '../../bench/ads-proxy.mjs';
import { burst, connectFleet, firstWeight, hasWeight, putBurstRoute } from '../../bench/change-burst.mjs';
import { fill } from '../../bench/workload.mjs';
import { findFreePort } from './addresses.js';

// A thousand proxies that do the same at the same time, and a server of its own that ends and starts under them.

const proxies = 1_000;
/** Milliseconds within which `/ready` is to be answered. */
const readyTime = 500;

const folder = mkdtempSync(join(tmpdir(), 'skein-fleet-'));
const ports: number[] = [];
let server: { readonly child: ChildProcess; readonly apiUrl: string; readonly diagnosticsUrl: string };
let fleet: AdsProxy[] = [];

async function start(): Promise<typeof server> {
  const [api, diagnostics, dp] = ports.map(String);
  const child = spawn(process.execPath, [new URL('../../dist/skein.js', import.meta.url).pathname, 'run'], {
    env: {
      PATH: process.env['PATH'],
      SKEIN_GENERAL_WORK_DIR: folder,
      SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
      SKEIN_API_SERVER_HTTP_PORT: api,
      SKEIN_API_SERVER_HTTPS_ENABLED: 'false',
      SKEIN_DIAGNOSTICS_SERVER_PORT: diagnostics,
      SKEIN_DP_SERVER_PORT: dp,
      SKEIN_DP_SERVER_INTERFACE: '127.0.0.1',
      SKEIN_DP_SERVER_AUTHN_DP_PROXY_TYPE: 'none',
      SKEIN_LOG_LEVEL: 'info',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      if ((JSON.parse(line) as { readonly msg: string }).msg === 'serving') resolve();
    });
  });
  return { child, apiUrl: `http://127.0.0.1:${api ?? ''}`, diagnosticsUrl: `http://127.0.0.1:${diagnostics ?? ''}` };
}

beforeAll(async () => {
  for (let i = 0; i < 3; i++) ports.push(await findFreePort('127.0.0.1'));
  await fill(folder, proxies);
  server = await start();
  await putBurstRoute(server.apiUrl, firstWeight);
}, 120_000);

afterAll(async () => {
  for (const proxy of fleet) proxy.close();
  server.child.kill('SIGKILL');
  await once(server.child, 'close');
  rmSync(folder, { recursive: true });
});

/** Does it while `/ready` is asked again and again; that has to be answered in time throughout. */
async function whileReady(work: () => Promise<void>): Promise<void> {
  const watch = new Worker(new URL('../flood/watch-ready.mjs', import.meta.url), {
    workerData: { url: `${server.diagnosticsUrl}/ready`, pid: server.child.pid },
  });
  await work();
  const told = once(watch, 'message') as Promise<[{ slowest: number; asked: number }]>;
  watch.postMessage('tell');
  const [{ slowest, asked }] = await told;
  await watch.terminate();
  expect(asked).toBeGreaterThan(1);
  expect(slowest).toBeLessThanOrEqual(readyTime);
}

const readMetric = async (line: RegExp): Promise<readonly (string | undefined)[]> => {
  const text = await (await fetch(`${server.diagnosticsUrl}/metrics`)).text();
  return [...text.matchAll(line)].map(([, value]) => value);
};

const dpPort = (): number => ports[2] ?? 0;

it('gives a thousand proxies that connect at once what they are to have, and stays responsive', async () => {
  await whileReady(async () => {
    fleet = await connectFleet(dpPort(), proxies);
  });
  expect(await readMetric(/^xds_streams_active\{.*\} (\d+)$/gm)).toEqual([String(proxies)]);
}, 120_000);

it('brings a burst of changes together, and ends with the last one', async () => {
  const { took, pushes } = await burst(server.apiUrl, fleet);
  // one when it begins, and one each 250 ms while it lasts and once after it
  expect(Math.max(...pushes)).toBeLessThanOrEqual(Math.max(5, Math.floor(took / 250) + 2));
}, 60_000);

it('sends everybody away in order when it ends', async () => {
  server.child.kill('SIGTERM');
  const [code] = (await once(server.child, 'close')) as [number | null];
  expect(code).toBe(0);
  const ends = await Promise.all(fleet.map(({ ended }) => ended));
  expect(new Set(ends.map((end) => JSON.stringify(end)))).toEqual(
    new Set([JSON.stringify({ goaway: true, status: 14, message: 'the server ends' })]),
  );
}, 30_000);

it('sends nothing again to a thousand proxies that come back at once, and goes on with the next change', async () => {
  server = await start();
  await whileReady(async () => {
    fleet = await connectFleet(dpPort(), proxies, fleet);
    await expect
      .poll(() => readMetric(/^xds_streams_active\{.*\} (\d+)$/gm), { timeout: 60_000, interval: 100 })
      .toEqual([String(proxies)]);
    await putBurstRoute(server.apiUrl, 2_000_000);
    await Promise.all(fleet.map((proxy) => proxy.until((each) => hasWeight(each, 2_000_000))));
  });
  // nothing but the change
  expect(await readMetric(/^xds_responses_sent\{(.*)\} \d+$/gm)).toEqual([`type_url="${listeners}",zone="Standalone"`]);
  expect(fleet.filter((proxy) => proxy.count(listeners) !== 1)).toHaveLength(0);
}, 120_000);
