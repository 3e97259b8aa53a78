import { defineConfig } from 'vitest/config';

const traffic = 'test/traffic/**/*.test.ts';

export default defineConfig({
  test: {
    // processes, since native modules and signals are tested; half of a test's time is waiting for the disk
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    reporters: ['default', 'json'],
    outputFile: { json: '.cache/test-results.json' },
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [traffic],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // afterwards, as each of its files has several Envoys; its own time is waiting for them
        test: {
          name: 'traffic',
          include: [traffic],
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
