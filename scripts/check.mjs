// The one check: types, lint, format, imports between rooms, generated files. Runs all of them and shows what failed.
import { availableParallelism } from 'node:os';

import { bin, run, secondsSince } from './steps.mjs';

const checks = [
  { name: 'lint', command: [bin('eslint'), '.', '--max-warnings', '0'] },
  { name: 'types', command: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'format', command: [bin('prettier'), '--check', '.', '--log-level', 'warn'] },
  { name: 'rooms', command: [bin('depcruise'), 'src', '--config', '.dependency-cruiser.mjs'] },
  { name: 'openapi/openapi.yaml and its client', command: [process.execPath, 'scripts/openapi.mjs', '--check'] },
  { name: 'src/envoy/gen', command: [process.execPath, 'scripts/check-envoy-gen.mjs'] },
];

const waiting = [...checks];
const failed = [];
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
if (failed.length > 0) {
  process.stdout.write(`\nfailed: ${failed.join(', ')}\n`);
  process.exitCode = 1;
}

async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const start = performance.now();
    const [command, ...args] = check.command;
    const { code, output } = await run(command, args);
    if (code !== 0) failed.push(check.name);
    process.stdout.write(
      `${code === 0 ? 'ok    ' : 'FAILED'} ${check.name} (${secondsSince(start)})\n${code === 0 ? '' : output}`,
    );
  }
}
