import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { listeners, type AdsProxy } from '../../bench/ads-proxy.mjs';
import { burst, connectFleet, firstWeight, hasWeight, mostPushes, putBurstRoute } from '../../bench/change-burst.mjs';
import { fill } from '../../bench/workload.mjs';
import { startSkein, type SkeinProcess } from './skein-process.js';

// A thousand proxies that do the same at the same time, and a server of its own that ends and starts under them.

const proxies = 1_000;
/** Milliseconds within which `/ready` is to be answered. */
const readyTime = 500;

const settings = { SKEIN_DP_SERVER_AUTHN_DP_PROXY_TYPE: 'none' };
const folder = mkdtempSync(join(tmpdir(), 'skein-fleet-'));
let server: SkeinProcess;
let fleet: AdsProxy[] = [];

beforeAll(async () => {
  await fill(folder, proxies);
  server = await startSkein(folder, settings);
  await putBurstRoute(server.apiUrl, firstWeight);
}, 120_000);

afterAll(async () => {
  for (const proxy of fleet) proxy.close();
  await server.kill();
  rmSync(folder, { recursive: true });
});

/** Does it while `/ready` is asked again and again; that has to be answered in time throughout. */
async function whileReady(work: () => Promise<void>): Promise<void> {
  const watch = new Worker(new URL('../flood/watch-ready.mjs', import.meta.url), {
    workerData: { url: `${server.diagnosticsUrl}/ready`, pid: server.pid },
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
  const text = await server.metrics();
  return [...text.matchAll(line)].map(([, value]) => value);
};

it('gives a thousand proxies that connect at once what they are to have, and stays responsive', async () => {
  await whileReady(async () => {
    fleet = await connectFleet(server.dpPort, proxies);
  });
  expect(await readMetric(/^xds_streams_active\{.*\} (\d+)$/gm)).toEqual([String(proxies)]);
}, 120_000);

it('brings a burst of changes together, and ends with the last one', async () => {
  const { took, pushes } = await burst(server.apiUrl, fleet);
  expect(Math.max(...pushes)).toBeLessThanOrEqual(mostPushes(took));
}, 60_000);

it('sends everybody away in order when it ends', async () => {
  expect(await server.terminate()).toBe(0);
  const ends = await Promise.all(fleet.map(({ ended }) => ended));
  expect(new Set(ends.map((end) => JSON.stringify(end)))).toEqual(
    new Set([JSON.stringify({ goaway: true, status: 14, message: 'the server ends' })]),
  );
}, 30_000);

it('sends nothing again to a thousand proxies that come back at once, and goes on with the next change', async () => {
  server = await startSkein(folder, settings, server);
  await whileReady(async () => {
    fleet = await connectFleet(server.dpPort, proxies, fleet);
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
