import { expect, test } from 'vitest';

import { runKillRounds } from './kill-loop.js';

/** `KILL_ROUNDS=500 KILL_SEED=7 npx vitest run test/crash` is the long run. */
const rounds = Number(process.env['KILL_ROUNDS'] ?? 25);
const seed = Number(process.env['KILL_SEED'] ?? 1);

test(
  `kill -9, ${rounds} times`,
  async () => {
    const report = await runKillRounds({ rounds, seed });
    console.info(report);
    expect(report.acknowledged).toBeGreaterThan(rounds * 50);
    expect(report.slowestOpen).toBeLessThan(1000);
  },
  rounds * 5000,
);
