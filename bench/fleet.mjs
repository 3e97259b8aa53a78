// How fast changes reach a fleet of proxies, and what that costs, against the goals of this project and beside a kuma-cp:
// `npm run bench:fleet -- FLEET [KUMA-CP] [--only TEXT] [--quick]`. FLEET is a program that plays many proxies and
// measures (its flags are those used below, its report is JSON). Figures of a busy machine say little: CPU seconds
// remain, times do not; so the load is told too.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { startKuma, startSkein, stopAll } from './servers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, quick: { type: 'boolean', default: false } },
});
const [fleet, kumaCp] = positionals;
if (fleet === undefined) {
  process.stderr.write('usage: npm run bench:fleet -- FLEET [KUMA-CP] [--only TEXT] [--quick]\n');
  process.exit(1);
}

const storm = ['--count', '1000', '--ramp', '1000'];

/** What is played, with which flags, and what must come of it: figure to the most that it may be. */
const scenarios = [
  {
    name: 'a change for all, 100 proxies',
    flags: ['--count', '100', '--changes', '20'],
    goals: { 'last p50 ms': 40, 'last max ms': 100, 'CPU s': 0.04, 'idle cores': 0.005 },
  },
  {
    name: 'a change for all, 1000 proxies',
    flags: [...storm, '--changes', '10'],
    goals: {
      'last p50 ms': 350,
      'last max ms': 800,
      'CPU s': 0.4,
      'idle cores': 0.01,
      'MiB each': 0.2,
      'connected s': 10,
      'ready ms': 500,
    },
  },
  {
    name: 'a change for 20 of 1000 proxies',
    flags: [...storm, '--changes', '10', '--scenario', 'narrow'],
    // CPU: 5 % of a change for all
    goals: { 'CPU s': 0.02, 'pushes to others': 0 },
  },
  {
    name: 'an endpoint moves, 1000 proxies',
    flags: [...storm, '--changes', '10', '--scenario', 'endpoint'],
    goals: { 'last p50 ms': 250 },
  },
  {
    name: 'mTLS, 1000 proxies',
    flags: [...storm, '--changes', '5', '--mtls'],
    goals: { 'last p50 ms': 350, 'last max ms': 800, 'CPU s': 0.4, 'connected s': 20, 'ready ms': 500 },
  },
  {
    name: 'incremental, 1000 proxies',
    // kuma-cp 2.5 does not answer it
    kuma: false,
    flags: [...storm, '--changes', '10', '--delta'],
    goals: { 'last p50 ms': 350, 'last max ms': 800, 'CPU s': 0.4, 'connected s': 10, 'ready ms': 500 },
  },
].filter(({ name }) => name.includes(values.only));

const pauses = values.quick
  ? ['--gap', '100ms', '--idle', '5s', '--settle', '11s']
  : ['--gap', '500ms', '--idle', '15s', '--settle', '15s'];

const work = mkdtempSync(join(tmpdir(), 'skein-fleet-'));
let isAllMet = true;
try {
  const servers = [
    { of: 'skein', start: startSkein },
    ...(kumaCp === undefined ? [] : [{ of: 'kuma-cp', start: (folder) => startKuma(kumaCp, folder) }]),
  ];
  const rows = [];
  for (const [i, { name, flags, goals, kuma = true }] of scenarios.entries())
    for (const { of, start } of servers) {
      if (of === 'kuma-cp' && !kuma) continue;
      const figures = await measure(flags, () => start(join(work, `${of}-${i}`)));
      rows.push({ scenario: name, server: of, ...figures });
      process.stdout.write(`${of}: ${name}\n`);
      tell(figures, goals, of === 'skein');
    }
  console.table(rows);
} finally {
  stopAll();
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = isAllMet ? 0 : 2;

/** Prints each figure that has a goal, and whether it is met; what kuma-cp reaches is there to compare. */
function tell(figures, goals, counts) {
  for (const [figure, most] of Object.entries(goals)) {
    const isMet = figures[figure] <= most;
    if (counts && !isMet) isAllMet = false;
    process.stdout.write(`  ${isMet ? 'met   ' : 'missed'} ${figure}: ${figures[figure]} (goal ${most})\n`);
  }
}

async function measure(flags, start) {
  const server = await start();
  const out = join(work, 'report.json');
  const addresses = ['--api', server.url, '--dp', `grpcs://127.0.0.1:${server.dataplanePort}`];
  const loads = [loadavg()[0]];
  const child = spawn(
    fleet,
    [...addresses, ...pauses, '--timeout', '120s', ...flags, '--pid', String(server.pid), '--out', out],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const kill = () => child.kill();
  process.once('exit', kill);
  const ready = watchReady(server);
  try {
    for await (const line of createInterface(child.stderr)) {
      process.stderr.write(`${line}\n`);
      // asking costs CPU, which must not count as that of an idle server
      if (line.includes(' connected ')) ready.stop();
    }
    await ended;
  } finally {
    kill();
    process.off('exit', kill);
  }
  loads.push(loadavg()[0]);
  stopAll();
  const figures = toFigures(JSON.parse(readFileSync(out, 'utf8')));
  return { ...figures, 'ready ms': Math.round(ready.longest()), load: loads.map(round).join(' to ') };
}

/** Asks whether the server is ready, again and again, and notes the longest that it took to say so, in milliseconds. */
function watchReady({ diagnosticsUrl }) {
  let isOver = false;
  let longest = 0;
  void (async () => {
    while (!isOver) {
      const begin = performance.now();
      await fetch(`${diagnosticsUrl}/ready`).then(
        (answer) => answer.arrayBuffer(),
        () => undefined,
      );
      longest = Math.max(longest, performance.now() - begin);
      await sleep(50);
    }
  })();
  return {
    stop: () => {
      isOver = true;
    },
    longest: () => longest,
  };
}

function toFigures({ connect, idle, changes, last_client_per_change: last, before, after, params, streams, verdict }) {
  const mean = (figure) =>
    (changes ?? []).reduce((sum, change) => sum + change[figure], 0) / Math.max(1, changes?.length ?? 0);
  return {
    'last p50 ms': last.p50_ms,
    'last max ms': last.max_ms,
    'CPU s': round(mean('server_cpu_s')),
    'idle cores': idle.server_cpu_cores,
    'MiB each': round((after.server.rss_mib - before.server.rss_mib) / params.count),
    'connected s': connect.wall_s,
    'connect CPU s': connect.server_cpu_s,
    'pushes to others': Math.max(0, ...(changes ?? []).map((change) => change.unaffected_got_push)),
    nacks: streams.nacks,
    verdict,
  };
}

function round(value) {
  return Math.round(value * 1_000) / 1_000;
}
