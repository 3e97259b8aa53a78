#!/usr/bin/env node
// Sends requests that schemathesis makes of the OpenAPI document to the built server, and fails on answers that the
// document does not allow: node test/schemathesis/run.mjs [examples per operation, 5] [seed, 1]. Needs python3 with pip;
// the packages of requirements.txt are put into .cache/ once.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { root, startSkein, stopAll } from '../../bench/servers.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const [examples = '5', seed = '1'] = process.argv.slice(2);
const work = mkdtempSync(join(tmpdir(), 'skein-schemathesis-'));
try {
  const packages = installPackages();
  const server = await startSkein(join(work, 'data'));
  process.exitCode = await runSchemathesis(packages, server.url);
  await server.stop();
} catch (error) {
  process.stderr.write(`schemathesis cannot be run: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  stopAll();
  rmSync(work, { recursive: true, force: true });
}

/** The folder with the packages, which are moved there last, so that an interrupted installation does no harm. */
function installPackages() {
  const requirements = join(here, 'requirements.txt');
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(root, '.cache/schemathesis', hash);
  if (existsSync(folder)) return folder;
  mkdirSync(join(root, '.cache/schemathesis'), { recursive: true });
  const fresh = mkdtempSync(`${folder}-`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--root-user-action', 'ignore'];
  const { status, error, stderr } = spawnSync('python3', [...pip, '--target', fresh, '-r', requirements], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(`pip does not install it: ${error?.message ?? stderr.trim()}`);
  }
  renameSync(fresh, folder);
  return folder;
}

/** Resolves to its exit code: not 0 when a check failed. */
function runSchemathesis(packages, url) {
  const options = [
    ...['--config-file', join(here, 'schemathesis.toml')],
    ...['run', join(root, 'openapi/openapi.yaml'), '--url', url],
    ...['--max-examples', examples, '--seed', seed],
  ];
  const child = spawn('python3', ['-m', 'schemathesis.cli', ...options], {
    cwd: work,
    env: { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
