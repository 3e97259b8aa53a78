#!/usr/bin/env node
// Measures a built server over loopback, in processes of its own, and beside kuma-cp when KUMA_CP names its binary.
// Bounded: about two minutes alone, four with kuma-cp. Prints a table and writes .cache/bench/results.json.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';

const root = fileURLToPath(new URL('..', import.meta.url));
const kumaBinary = process.env.KUMA_CP;
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const work = mkdtempSync(join(tmpdir(), 'skein-bench-'));
const running = new Set();
const results = [];

try {
  await compare();
  await measureSize();
} finally {
  for (const child of running) child.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
}
report();

/** Both servers with 1 000 dataplanes and 100 routes; each figure in turns, the median of the rounds counts. */
async function compare() {
  const servers = [await startSkein(join(work, 'compare'))];
  if (kumaBinary !== undefined) servers.push(await startKuma(join(work, 'kuma')));
  for (const server of servers) {
    progress(`${server.name}: writing 1 000 dataplanes and 100 routes`);
    await seed(server.url, 1000, 100);
  }
  const mesh = '/meshes/bench';
  const scenarios = [
    { name: 'GET one MeshTCPRoute', unit: 'req/s', goal: 2.5, connections: 32, path: `${mesh}/meshtcproutes/route-7` },
    { name: 'PUT a MeshTCPRoute', unit: 'req/s', goal: 2, connections: 32, path: `${mesh}/meshtcproutes/`, put: true },
    {
      name: 'GET list of 1 000 dataplanes',
      unit: 'req/s',
      goal: 5,
      connections: 1,
      path: `${mesh}/dataplanes?size=1000`,
    },
    {
      name: 'GET /policies of a proxy',
      unit: 'req/s',
      goal: 30,
      connections: 1,
      path: `${mesh}/dataplanes/dp-7/policies`,
    },
    { name: 'GET /rules of a proxy', unit: 'req/s', goal: 30, connections: 1, path: `${mesh}/dataplanes/dp-7/rules` },
    {
      name: 'GET /_config of a proxy',
      unit: 'req/s',
      connections: 1,
      path: `${mesh}/dataplanes/dp-7/_config`,
      only: 'skein',
    },
  ];
  for (const scenario of scenarios) {
    const figures = new Map(servers.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const server of servers) {
        if (scenario.only !== undefined && scenario.only !== server.name) continue;
        progress(`${scenario.name}: ${server.name}, round ${round + 1} of ${rounds}`);
        figures.get(server.name).push(await load(server.url, scenario));
      }
    }
    const [skein, kuma] = servers.map(({ name }) => median(figures.get(name)));
    results.push({ ...scenario, skein, kuma, ratio: kuma === undefined ? undefined : skein.rate / kuma.rate });
  }
  for (const server of servers) await server.stop();
}

/** What grows with the number of resources: start, memory, pages of long lists. */
async function measureSize() {
  const ten = join(work, 'ten');
  progress('writing 10 000 resources');
  await fill(ten, 10_000);
  const started = performance.now();
  const server = await startSkein(ten);
  const milliseconds = performance.now() - started;
  await get(`${server.url}/meshes/bench/dataplanes/dp-7/_config`);
  results.push({ name: 'start with 10 000 resources', unit: 'ms', atMost: 1000, skein: { value: milliseconds } });
  results.push({ name: 'RSS at 10 000 resources', unit: 'MiB', atMost: 200, skein: { value: server.rss() } });
  await server.stop();
  const hundred = join(work, 'hundred');
  progress('writing 100 000 resources');
  await fill(hundred, 100_000);
  const large = await startSkein(hundred);
  for (const offset of [0, 50_000, 99_900]) {
    const before = await requestTime(large);
    for (let i = 0; i < 200; i++) await get(`${large.url}/dataplanes?offset=${offset}`);
    const after = await requestTime(large);
    const value = ((after.sum - before.sum) / (after.count - before.count)) * 1000;
    results.push({
      name: `page of 100 at offset ${offset} of 100 000, server time`,
      unit: 'ms',
      atMost: 2,
      skein: { value },
    });
  }
  results.push({ name: 'RSS at 100 000 resources', unit: 'MiB', skein: { value: large.rss() } });
  await large.stop();
}

async function startSkein(dir) {
  mkdirSync(dir, { recursive: true });
  return start(
    'skein',
    process.execPath,
    [join(root, 'dist/main.js'), 'run'],
    {
      KUMA_GENERAL_WORK_DIR: dir,
      SKEIN_STORE_SQLITE_PATH: join(dir, 'skein.db'),
      KUMA_API_SERVER_HTTP_PORT: '15681',
      KUMA_DIAGNOSTICS_SERVER_PORT: '15680',
    },
    'http://127.0.0.1:15681',
    'http://127.0.0.1:15680',
  );
}

async function startKuma(dir) {
  mkdirSync(dir, { recursive: true });
  return start(
    'kuma-cp',
    kumaBinary,
    ['run', '--log-level', 'off'],
    {
      KUMA_MODE: 'standalone',
      KUMA_ENVIRONMENT: 'universal',
      KUMA_STORE_TYPE: 'memory',
      KUMA_GENERAL_WORK_DIR: dir,
      KUMA_API_SERVER_HTTP_PORT: '25681',
      KUMA_API_SERVER_HTTPS_PORT: '25682',
      KUMA_API_SERVER_HTTP_INTERFACE: '127.0.0.1',
      KUMA_API_SERVER_HTTPS_INTERFACE: '127.0.0.1',
      KUMA_DP_SERVER_PORT: '25678',
      KUMA_DIAGNOSTICS_SERVER_PORT: '25680',
      KUMA_INTER_CP_SERVER_PORT: '25683',
      KUMA_MONITORING_ASSIGNMENT_SERVER_PORT: '25676',
      KUMA_REPORTS_ENABLED: 'false',
    },
    'http://127.0.0.1:25681',
    'http://127.0.0.1:25680',
  );
}

async function start(name, command, args, env, url, diagnosticsUrl) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: work, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  running.add(child);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const deadline = Date.now() + 60_000;
  while (!(await isUp(`${url}/`))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it answered`);
    if (Date.now() > deadline) throw new Error(`${name} does not answer at ${url}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    name,
    url,
    diagnosticsUrl,
    rss: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      running.delete(child);
    },
  };
}

const isUp = (url) =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

async function get(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`GET ${url}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}

async function put(base, path, body) {
  const answer = await fetch(base + path, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
}

const services = 50;

const makeDataplane = (i) => ({
  type: 'Dataplane',
  mesh: 'bench',
  name: `dp-${i}`,
  networking: {
    address: `10.${Math.floor(i / 65536)}.${Math.floor(i / 256) % 256}.${i % 256}`,
    inbound: [
      {
        port: 8080,
        servicePort: 18080,
        tags: { 'kuma.io/protocol': 'tcp', 'kuma.io/service': `svc-${i % services}`, version: `v${i % 2}` },
      },
    ],
    outbound: Array.from({ length: 10 }, (_, k) => ({
      port: 10001 + k,
      tags: { 'kuma.io/service': `svc-${(i + k + 1) % services}` },
    })),
  },
});

const makeRoute = (i, name = `route-${i}`) => ({
  type: 'MeshTCPRoute',
  mesh: 'bench',
  name,
  spec: {
    targetRef: i % 2 === 0 ? { kind: 'Mesh' } : { kind: 'MeshService', name: `svc-${i % services}` },
    to: [
      {
        targetRef: { kind: 'MeshService', name: `svc-${(i * 7) % services}` },
        rules: [
          {
            default: {
              backendRefs: [
                { kind: 'MeshServiceSubset', name: `svc-${(i * 7) % services}`, tags: { version: 'v0' }, weight: 90 },
                { kind: 'MeshServiceSubset', name: `svc-${(i * 7) % services}`, tags: { version: 'v1' }, weight: 10 },
              ],
            },
          },
        ],
      },
    ],
  },
});

const benchMesh = { type: 'Mesh', name: 'bench', skipCreatingInitialPolicies: ['*'] };

async function seed(url, dataplanes, routes) {
  await put(url, '/meshes/bench', benchMesh);
  const all = [
    ...Array.from({ length: dataplanes }, (_, i) => [`/meshes/bench/dataplanes/dp-${i}`, makeDataplane(i)]),
    ...Array.from({ length: routes }, (_, i) => [`/meshes/bench/meshtcproutes/route-${i}`, makeRoute(i)]),
  ];
  for (let i = 0; i < all.length; i += 16)
    await Promise.all(all.slice(i, i + 16).map(([path, body]) => put(url, path, body)));
}

/** Fills a database through the store itself, many resources to a transaction. */
async function fill(dir, count) {
  mkdirSync(dir, { recursive: true });
  const { openSqliteStore } = await import(join(root, 'dist/store/sqlite/index.js'));
  const store = await openSqliteStore({
    path: join(dir, 'skein.db'),
    changeLog: { maxRows: 1000, maxAgeMs: 3_600_000 },
  });
  const time = new Date().toISOString();
  const operation = (key, spec, facets) => ({
    op: 'put',
    key,
    spec: JSON.stringify(spec, null, 1),
    facets,
    ownedByMesh: true,
    time,
    expected: { state: 'any' },
  });
  const none = { tagSets: [], gateway: null };
  const operations = [
    operation({ type: 'Mesh', mesh: '', name: 'bench' }, { skipCreatingInitialPolicies: ['*'] }, none),
  ];
  for (let i = 0; i < count; i++) {
    const { networking } = makeDataplane(i);
    operations.push(
      operation(
        { type: 'Dataplane', mesh: 'bench', name: `dp-${i}` },
        { networking },
        { tagSets: [networking.inbound[0].tags], gateway: null },
      ),
    );
  }
  for (let i = 0; i < operations.length; i += 1000) {
    await store.transact({ preconditions: [], operations: operations.slice(i, i + 1000) });
  }
  await store.close();
}

async function load(url, { connections, path, put: isPut }) {
  let serial = 0;
  const result = await autocannon({
    url: isPut ? url : url + path,
    connections,
    duration: seconds,
    timeout: 30,
    ...(isPut
      ? {
          requests: [
            {
              method: 'PUT',
              headers: { 'content-type': 'application/json' },
              setupRequest: (request) => {
                const i = serial++ % 1000;
                const name = `put-${i}`;
                return { ...request, path: path + name, body: JSON.stringify(makeRoute(i, name)) };
              },
            },
          ],
        }
      : {}),
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${path}: ${result.non2xx} refusals, ${result.errors} errors`);
  return { rate: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

async function requestTime({ diagnosticsUrl }) {
  const text = await get(`${diagnosticsUrl}/metrics`);
  const sumOf = (suffix) =>
    [
      ...text.matchAll(
        new RegExp(
          `^api_server_http_request_duration_seconds_${suffix}\\{[^}]*handler="/dataplanes"[^}]*\\} (\\S+)`,
          'gm',
        ),
      ),
    ].reduce((sum, [, value]) => sum + Number(value), 0);
  return { sum: sumOf('sum'), count: sumOf('count') };
}

function median(figures) {
  if (figures === undefined || figures.length === 0) return undefined;
  return [...figures].sort((a, b) => a.rate - b.rate)[Math.floor(figures.length / 2)];
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else process.stderr.write(`${text}\n`);
}

function report() {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const format = (value) => (value === undefined ? '-' : value >= 100 ? value.toFixed(0) : value.toFixed(2));
  const verdict = ({ goal, atMost, ratio, skein }) => {
    if (atMost !== undefined) return skein.value <= atMost ? `<= ${atMost}: met` : `<= ${atMost}: MISSED`;
    if (goal !== undefined && ratio !== undefined) return ratio >= goal ? `>= ${goal}x: met` : `>= ${goal}x: MISSED`;
    return goal === undefined ? '' : `>= ${goal}x (needs KUMA_CP)`;
  };
  const rows = results.map((row) => [
    row.name,
    row.unit,
    format(row.skein.value ?? row.skein.rate),
    row.skein.p50 === undefined ? '-' : `${row.skein.p50}/${row.skein.p99}`,
    format(row.kuma?.rate),
    row.kuma === undefined ? '-' : `${row.kuma.p50}/${row.kuma.p99}`,
    row.ratio === undefined ? '-' : `${row.ratio.toFixed(1)}x`,
    verdict(row),
  ]);
  const head = ['what', 'unit', 'skein', 'p50/p99 ms', 'kuma-cp', 'p50/p99 ms', 'ratio', 'goal'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  for (const row of [head, ...rows]) console.log(row.map((cell, i) => cell.padEnd(widths[i])).join('  '));
  const file = join(root, '.cache/bench/results.json');
  mkdirSync(join(root, '.cache/bench'), { recursive: true });
  const machine = {
    node: process.version,
    cores: cpus().length,
    cpu: cpus()[0]?.model,
    memoryMiB: Math.round(totalmem() / 1048576),
  };
  writeFileSync(file, JSON.stringify({ machine, rounds, seconds, results }, null, 2));
  console.log(
    `\nMedians of ${rounds} rounds of ${seconds} s on ${machine.cores} cores, client included; written to .cache/bench/results.json`,
  );
}
