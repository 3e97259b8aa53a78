// Runs a step of a script and says in one line what it was and how long it took.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const repoRoot = join(import.meta.dirname, '..');

/** Path of the program of an installed package. */
export const bin = (name) => join(repoRoot, 'node_modules', '.bin', name);

/** Runs a program in the repository; resolves to its exit code and all it printed. */
export function run(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repoRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(output).toString('utf8') }));
  });
}

/** Seconds since a reading of `performance.now()`, as text. */
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
