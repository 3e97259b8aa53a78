import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

import { runCli } from '../../src/cli/program.js';
import { startServer } from '../api/fixture.js';
import { openTestTerminal } from '../cli/terminal.js';

const root = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** Blocks of a language, without the fences. */
const blocksOf = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)\`\`\`$`, 'gms'))].map(([, text = '']) => text);

describe('README.md', () => {
  it('shows what the demo prints', async () => {
    const terminal = openTestTerminal();
    expect(await runCli(['demo', '--once'], terminal)).toBe(0);
    const [shown = ''] = blocksOf('text');
    expect(terminal.printed()).toContain(shown.trimEnd());
  });

  it.skipIf(spawnSync('curl', ['--version']).error !== undefined)('shows what the commands print', async () => {
    const { app } = await startServer();
    const server = await app.listen({ host: '127.0.0.1', port: 0 });
    const [walk = ''] = blocksOf('console');
    const steps = walk.split(/^\$ /m).slice(1);
    expect(steps.length).toBeGreaterThan(5);
    for (const step of steps) {
      const { command, output } = readStep(step);
      const here = command
        .replaceAll('http://localhost:5681', server)
        .replace('apply -f', `apply --server ${server} -f`);
      const { stdout } = await promisify(execFile)('bash', ['-c', here], { cwd: root });
      expect(`$ ${command}\n${stdout.trimEnd()}`).toBe(`$ ${command}\n${output}`);
    }
  });
});

/** A command goes on in the next line as long as a quote is open. */
function readStep(step: string): { readonly command: string; readonly output: string } {
  const lines = step.trimEnd().split('\n');
  const end = lines.findIndex(
    (_, i) =>
      (lines
        .slice(0, i + 1)
        .join('\n')
        .split("'").length -
        1) %
        2 ===
      0,
  );
  return { command: lines.slice(0, end + 1).join('\n'), output: lines.slice(end + 1).join('\n') };
}
