// How many pushes a burst of changes costs: `npm run bench:burst -- [PROXIES]`. 100 PUTs in a second against that many
// connected proxies (100); each may get five pushes, and must end with what the last PUT says.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { burst, connectFleet, mostPushes, seedFleet } from './change-burst.mjs';
import { startSkein, stopAll } from './servers.mjs';

const count = Number(process.argv[2] ?? 100);

const work = mkdtempSync(join(tmpdir(), 'skein-burst-'));
try {
  const server = await startSkein(join(work, 'server'));
  await seedFleet(server.url, count);
  const begin = performance.now();
  const fleet = await connectFleet(server.dataplanePort, count);
  const connected = performance.now() - begin;
  const cpu = server.readCpu();
  const { took, settledAfter, pushes } = await burst(server.url, fleet);
  const most = Math.max(...pushes);
  console.table([
    {
      proxies: count,
      'all connected ms': Math.round(connected),
      '100 PUTs ms': Math.round(took),
      'last proxy after last PUT ms': Math.round(settledAfter),
      'pushes per proxy, mean': pushes.reduce((sum, each) => sum + each, 0) / count,
      most,
      'server CPU s': Number((server.readCpu() - cpu).toFixed(2)),
    },
  ]);
  if (most > mostPushes(took)) {
    process.stderr.write(`a proxy got ${most} pushes, more than ${mostPushes(took)}\n`);
    process.exitCode = 1;
  }
} finally {
  stopAll();
  rmSync(work, { recursive: true, force: true });
}
process.exit();
