// How fast changes reach a fleet of proxies, and what that costs: `npm run bench:fleet -- FLEET [KUMA-CP]`. FLEET is a
// program that plays many proxies and measures (its flags are those used below, its report is JSON); KUMA-CP a kuma-cp
// to compare with. Figures of a busy machine say little: CPU seconds remain, times do not.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startKuma, startSkein, stopAll } from './servers.mjs';

const [fleet, kumaCp] = process.argv.slice(2);
if (fleet === undefined) {
  process.stderr.write('usage: npm run bench:fleet -- FLEET [KUMA-CP]\n');
  process.exit(1);
}

/** What is played, and with which flags. */
const scenarios = [
  { name: 'a change for all, 100 proxies', flags: ['--count', '100', '--changes', '20'] },
  {
    name: 'a change for all, 1000 proxies, all at once',
    flags: ['--count', '1000', '--changes', '10', '--ramp', '1000'],
  },
  { name: 'a change for 20 of 1000', flags: ['--count', '1000', '--changes', '10', '--scenario', 'narrow'] },
  { name: 'an endpoint moves, 1000 proxies', flags: ['--count', '1000', '--changes', '10', '--scenario', 'endpoint'] },
  { name: 'mTLS, 1000 proxies, all at once', flags: ['--count', '1000', '--changes', '3', '--ramp', '1000', '--mtls'] },
];

const work = mkdtempSync(join(tmpdir(), 'skein-fleet-'));
try {
  const rows = [];
  for (const [i, { name, flags }] of scenarios.entries()) {
    rows.push(toRow(name, 'skein', await measure(flags, () => startSkein(join(work, `skein-${i}`)))));
    if (kumaCp === undefined) continue;
    rows.push(toRow(name, 'kuma-cp', await measure(flags, () => startKuma(kumaCp, join(work, `kuma-${i}`)))));
  }
  console.table(rows);
} finally {
  stopAll();
  rmSync(work, { recursive: true, force: true });
}

async function measure(flags, start) {
  const server = await start();
  const out = join(work, 'report.json');
  const addresses = ['--api', server.url, '--dp', `grpcs://127.0.0.1:${server.dataplanePort}`];
  const usual = ['--gap', '500ms', '--idle', '10s', '--settle', '15s', '--timeout', '120s'];
  const child = spawn(fleet, [...addresses, ...usual, ...flags, '--pid', String(server.pid), '--out', out], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await new Promise((resolve) => child.once('exit', resolve));
  stopAll();
  return JSON.parse(readFileSync(out, 'utf8'));
}

function toRow(
  scenario,
  server,
  { connect, idle, changes, last_client_per_change: last, before, after, params, verdict },
) {
  const cpu = changes.reduce((sum, change) => sum + change.server_cpu_s, 0) / Math.max(1, changes.length);
  return {
    scenario,
    server,
    'last p50 ms': last.p50_ms,
    'last max ms': last.max_ms,
    'CPU s': round(cpu),
    'idle cores': idle.server_cpu_cores,
    'MiB each': round((after.server.rss_mib - before.server.rss_mib) / params.count),
    'connected s': connect.wall_s,
    verdict,
  };
}

function round(value) {
  return Math.round(value * 1_000) / 1_000;
}
