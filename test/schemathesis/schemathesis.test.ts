import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('run.mjs', import.meta.url));

it('the server answers what its OpenAPI document says, whatever is sent', { timeout: 300_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '5', '1'], { encoding: 'utf8' });
  expect(status === 0 ? '' : stdout + stderr).toBe('');
});
