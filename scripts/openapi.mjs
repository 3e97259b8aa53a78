// Writes openapi/openapi.yaml from the routes; with --check, says whether the file is what would be written.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { repoRoot } from './steps.mjs';
import { execFileSync } from 'node:child_process';

const file = join(repoRoot, 'openapi', 'openapi.yaml');
const made = execFileSync(process.execPath, [join(repoRoot, 'dist', 'main.js'), 'openapi'], {
  encoding: 'utf8',
  maxBuffer: 64 << 20,
});

if (!process.argv.includes('--check')) {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, made);
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== made) {
  process.stderr.write('openapi/openapi.yaml is not what the routes say: run `npm run openapi`\n');
  process.exitCode = 1;
}
