import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { StaticBootstrap } from './static-bootstrap.js';

/** What Envoy says of a configuration. */
export interface Verdict {
  readonly ok: boolean;
  /** What Envoy printed: the reason of a refusal is among the last lines. */
  readonly output: string;
}

/** The real Envoy, or why there is none. */
export type EnvoyBinary =
  { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly reason: string };

/** Finds the pinned Envoy, fetching it when it is not there yet. Throws where tests may not be left out: with `CI=true`. */
export async function findEnvoy(): Promise<EnvoyBinary> {
  const script = fileURLToPath(new URL('../../scripts/fetch-envoy.mjs', import.meta.url));
  const { ok, stdout, stderr } = await run(process.execPath, [script]);
  if (ok) return { kind: 'found', path: stdout.trim() };
  const reason = stderr.trim();
  if (process.env.CI === 'true') throw new Error(reason);
  console.warn(`tests with the real Envoy are skipped: ${reason}`);
  return { kind: 'missing', reason };
}

/** Whether Envoy would load the configuration (`--mode validate`): it opens no port and connects to nothing. */
export async function validateWithEnvoy(envoy: string, bootstrap: StaticBootstrap): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), 'skein-envoy-'));
  try {
    const file = join(folder, 'bootstrap.json');
    await writeFile(file, JSON.stringify(bootstrap));
    // files that a bootstrap names relatively are opened there too
    const args = ['--mode', 'validate', '--log-level', 'warning', '-c', file];
    const { ok, stdout, stderr } = await run(envoy, args, folder);
    return { ok, output: `${stdout}${stderr}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ended {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (command: string, args: readonly string[], cwd?: string): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(command, args, { cwd, timeout: 300_000, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      resolve({ ok: error === null, stdout, stderr: error === null || stderr !== '' ? stderr : error.message });
    });
  });
