// Prints `N passed, N failed, N skipped` from the report of the last test run. Fails when nothing ran or the report is
// missing, because a run that tested nothing proves nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { repoRoot } from './steps.mjs';

const file = join(repoRoot, '.cache', 'test-results.json');
const files = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).testResults : [];
const statuses = files.flatMap(({ status, assertionResults }) =>
  // a file that cannot be loaded has no tests to fail
  status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
    ? [...assertionResults.map((test) => test.status), 'failed']
    : assertionResults.map((test) => test.status),
);
const passed = statuses.filter((status) => status === 'passed').length;
const failed = statuses.filter((status) => status === 'failed').length;
const skipped = statuses.length - passed - failed;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
if (passed + failed === 0 || failed > 0) process.exitCode = 1;
