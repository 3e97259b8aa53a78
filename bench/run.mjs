#!/usr/bin/env node
// Measures the built server over loopback, and beside kuma-cp when KUMA_CP names its binary; arguments name the parts to
// measure (requests, policies, size, computing). Bounded: some five minutes alone, seven with kuma-cp. Prints a table and writes .cache/bench/results.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';

import { compareInspection, measureGrowth } from './inspect.mjs';
import { root, startKuma, startSkein, stopAll } from './servers.mjs';
import { fill, get, makeDataplane, makeNewRoute, makeOtherDataplane, makeOtherRoute, mesh, seed } from './workload.mjs';

const kumaBinary = process.env.KUMA_CP;
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const parts = process.argv.slice(2);
const wants = (part) => parts.length === 0 || parts.includes(part);

/** Requests that both servers answer. `goal`: so many times as often as kuma-cp. */
const scenarios = [
  { name: 'GET one Dataplane', goal: 2.5, connections: 32, path: `${mesh}/dataplanes/dp-7` },
  { name: 'GET one MeshTCPRoute', connections: 32, path: `${mesh}/meshtcproutes/route-7` },
  { name: 'GET list of 1 000 Dataplanes', goal: 5, connections: 1, path: `${mesh}/dataplanes?size=1000` },
  { name: 'GET /policies of a proxy', goal: 30, connections: 1, path: `${mesh}/dataplanes/dp-7/policies` },
  { name: 'GET /rules of a proxy', goal: 30, connections: 1, path: `${mesh}/dataplanes/dp-7/rules` },
  { name: 'GET /_config of a proxy', connections: 1, path: `${mesh}/dataplanes/dp-7/_config`, only: 'skein' },
  // last, as routes make inspecting dearer
  {
    name: 'PUT a Dataplane, durable',
    goal: 2,
    connections: 32,
    path: `${mesh}/dataplanes/`,
    bodies: [makeOtherDataplane, makeDataplane],
  },
  {
    name: 'PUT a MeshTCPRoute, durable',
    connections: 32,
    path: `${mesh}/meshtcproutes/`,
    bodies: [makeNewRoute, makeOtherRoute],
    count: 100,
  },
];

const work = mkdtempSync(join(tmpdir(), 'skein-bench-'));
try {
  const results = [];
  if (wants('requests')) results.push(...(await compare()));
  if (wants('policies')) results.push(...(await measurePolicies()));
  if (wants('size')) results.push(...(await measureSize()));
  if (wants('computing')) results.push(...measureComputing(1000), ...measureComputing(10_000));
  report(results);
} finally {
  stopAll();
  rmSync(work, { recursive: true, force: true });
}

/** Both servers with 1 000 Dataplanes and 100 routes; each scenario in turns, the median of the rounds counts. */
async function compare() {
  const servers = await startBoth('compare', 100);
  const results = [];
  for (const scenario of scenarios) {
    const figures = new Map(servers.map(({ name }) => [name, []]));
    // round 0 is not counted: compilers, caches and heaps get what they need for it
    for (let round = 0; round <= rounds; round++) {
      for (const server of servers.filter(({ name }) => name === (scenario.only ?? name))) {
        progress(`${scenario.name}: ${server.name}, round ${round} of ${rounds}`);
        const figure = await load(server, scenario);
        if (round > 0) figures.get(server.name).push(figure);
      }
    }
    const [skein, kuma] = servers.map(({ name }) => median(figures.get(name)));
    results.push({ ...scenario, unit: 'req/s', skein, kuma, ratio: kuma && skein.value / kuma.value });
  }
  for (const server of servers) await server.stop();
  return results;
}

/** What is asked about policies. */
async function measurePolicies() {
  const servers = await startBoth('policies', 0);
  const rows = await compareInspection(servers, { rounds, progress });
  for (const server of servers) await server.stop();
  return [...rows, ...(await measureGrowth(work, { progress }))];
}

/** The servers to compare, with 1 000 Dataplanes and so many routes. */
async function startBoth(name, routes) {
  const servers = [await startSkein(join(work, name))];
  if (kumaBinary !== undefined) servers.push(await startKuma(kumaBinary, join(work, `${name}-kuma`)));
  for (const server of servers) {
    progress(`${server.name}: writing 1 000 Dataplanes and ${routes} routes`);
    await seed(server.url, 1000, routes);
  }
  return servers;
}

/** What grows with the number of resources: start, memory, pages of long lists. */
async function measureSize() {
  const results = [];
  const add = (name, unit, value, atMost) => results.push({ name, unit, atMost, skein: { value } });

  progress('writing 10 000 resources');
  await fill(join(work, 'ten'), 10_000);
  const starts = [];
  let server;
  for (let round = 1; round <= rounds; round++) {
    progress(`starting with 10 000 resources, round ${round} of ${rounds}`);
    await server?.stop();
    const before = performance.now();
    server = await startSkein(join(work, 'ten'));
    starts.push({ value: performance.now() - before });
  }
  await get(`${server.url}${mesh}/dataplanes/dp-7/_config`);
  add('start with 10 000 resources', 'ms', median(starts).value, 1000);
  add('memory with 10 000 resources', 'MiB', server.readMemory(), 200);
  await server.stop();

  progress('writing 100 000 resources');
  await fill(join(work, 'hundred'), 100_000);
  const large = await startSkein(join(work, 'hundred'));
  for (const offset of [0, 50_000, 99_900]) {
    progress(`pages at offset ${offset}`);
    const before = await readServerTime(large, '/dataplanes');
    for (let i = 0; i < 200; i++) await get(`${large.url}/dataplanes?offset=${offset}`);
    const after = await readServerTime(large, '/dataplanes');
    const mean = ((after.seconds - before.seconds) / (after.count - before.count)) * 1000;
    add(`page of 100 at ${offset} of 100 000, server time`, 'ms', mean, 2);
  }
  add('memory with 100 000 resources', 'MiB', large.readMemory());
  await large.stop();
  return results;
}

/** What it costs to work out what proxies must do: in a process of its own, whose memory nobody else uses. */
function measureComputing(proxies) {
  progress(`computing ${proxies} proxies`);
  const env = proxies > 1000 ? { ...process.env, BENCH_ROUNDS: '1', BENCH_SETTING: 'bare TCP' } : process.env;
  const script = join(root, 'bench/computing.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', script, String(proxies), '--json'], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`computing.mjs: ${stderr}`);
  return JSON.parse(stdout);
}

/**
 * Requests for some seconds over so many connections; any refusal is a failure. PUTs are made beforehand, so that the
 * machine's CPUs go to the server; each connection has resources of its own, and no PUT writes what is there already.
 */
async function load({ url, readCpu }, { connections, path, bodies, count = 1000 }) {
  let connection = 0;
  const setupClient = (client) => {
    const own = Array.from({ length: count }, (_, i) => i).filter((i) => i % connections === connection);
    connection++;
    client.setRequests(bodies.flatMap((make) => own.map((i) => toPutRequest(path, make(i)))));
  };
  const cpu = readCpu();
  const outcome = await autocannon({
    url: bodies === undefined ? url + path : url,
    connections,
    duration: seconds,
    timeout: 30,
    ...(bodies === undefined ? {} : { setupClient }),
  });
  const { requests: answered, latency, non2xx, errors } = outcome;
  if (non2xx > 0 || errors > 0) throw new Error(`${path}: ${non2xx} refusals, ${errors} errors`);
  const cpuPerRequest = ((readCpu() - cpu) / answered.total) * 1000;
  return { value: answered.average, p50: latency.p50, p99: latency.p99, cpu: cpuPerRequest };
}

function toPutRequest(path, resource) {
  const headers = { 'content-type': 'application/json' };
  return { method: 'PUT', path: path + resource.name, headers, body: JSON.stringify(resource) };
}

/** The time a route has taken so far, and for how many requests, from the server's own metrics. */
async function readServerTime({ diagnosticsUrl }, handler) {
  const lines = (await get(`${diagnosticsUrl}/metrics`)).split('\n').filter((line) => line.includes(`"${handler}"`));
  const sumOf = (suffix) =>
    lines
      .filter((line) => line.startsWith(`api_server_http_request_duration_seconds_${suffix}{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  return { seconds: sumOf('sum'), count: sumOf('count') };
}

function median(figures = []) {
  return figures.toSorted((a, b) => a.value - b.value)[Math.floor(figures.length / 2)];
}

function progress(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
}

function report(results) {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const machine = {
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    memoryMiB: Math.round(totalmem() / 1048576),
    load: loadavg()[0],
  };
  const folder = join(root, '.cache/bench');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.json'), JSON.stringify({ machine, rounds, seconds, results }, null, 2));
  console.log(renderTable(results));
  console.log(
    `\nMedians of ${rounds} rounds of ${seconds} s on ${machine.cores} cores that the client shares (load ${machine.load.toFixed(1)}); also in .cache/bench/results.json`,
  );
}

function renderTable(results) {
  const format = (figure) => (figure === undefined ? '-' : figure.value.toFixed(figure.value >= 100 ? 0 : 2));
  const latency = (figure) => (figure?.p50 === undefined ? '-' : `${figure.p50}/${figure.p99}`);
  const cpu = (figure) => (figure?.cpu === undefined ? '-' : figure.cpu.toFixed(3));
  const rows = results.map((row) => [
    row.name,
    row.unit,
    format(row.skein),
    latency(row.skein),
    cpu(row.skein),
    format(row.kuma),
    latency(row.kuma),
    cpu(row.kuma),
    row.ratio === undefined ? '-' : `${row.ratio.toFixed(1)}x`,
    judge(row),
  ]);
  const head = ['what', 'unit', 'skein', 'p50/p99 ms', 'CPU ms', 'kuma-cp', 'p50/p99 ms', 'CPU ms', 'ratio', 'goal'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  return [head, ...rows].map((row) => row.map((cell, i) => cell.padEnd(widths[i])).join('  ')).join('\n');
}

function judge({ goal, atMost, ratio, skein }) {
  const say = (isMet) => (isMet ? 'met' : 'MISSED');
  const verdicts = [];
  if (atMost !== undefined) verdicts.push(`<= ${atMost}: ${say(skein.value <= atMost)}`);
  if (goal !== undefined)
    verdicts.push(`>= ${goal}x${ratio === undefined ? ' (KUMA_CP to compare)' : `: ${say(ratio >= goal)}`}`);
  return verdicts.join(', ');
}
