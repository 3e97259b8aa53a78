#!/usr/bin/env node
// Measures the built SQLite store alone: commits by 1, 8 and 32 writers, pages of 100 out of 100 000, filters, reading all.
// node bench/store.mjs [folder on the disk to measure]; about a minute. The commits of a disk that really syncs are slower.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openSqliteStore } from '../dist/store/sqlite/sqlite-store.js';

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'skein-bench-store-'));
const spec = JSON.stringify({ filler: 'x'.repeat(980) });
const none = { tagSets: [], gateway: null };

try {
  await measureCommits();
  await measureReadAll();
  await measureLists();
} finally {
  rmSync(folder, { recursive: true });
}

async function measureCommits() {
  const store = await open('commits.db');
  for (const writers of [1, 8, 32]) {
    const total = writers === 1 ? 5000 : 40_000;
    const times = [];
    let next = 0;
    const began = performance.now();
    const write = async () => {
      while (next < total) {
        const index = next++;
        const asked = performance.now();
        await store.transact({ preconditions: [], operations: [put(`dp-${index % 5000}`, none)] });
        times.push(performance.now() - asked);
      }
    };
    await Promise.all(Array.from({ length: writers }, write));
    const rate = Math.round((total / (performance.now() - began)) * 1000);
    print(`${writers} writers, 1 kB each`, times, `${rate} commits/s`);
  }
  await store.close();
}

async function measureReadAll() {
  const store = await open('all.db');
  await fill(store, 10_000);
  await measure('readAll of 10 000', 20, () => store.readAll());
  await store.close();
}

async function measureLists() {
  const store = await open('lists.db');
  await fill(store, 100_000);
  const base = { type: 'Dataplane', mesh: 'default', order: 'name', offset: 0, limit: 100 };
  for (const order of ['name', 'creation']) {
    for (const offset of [0, 50_000, 99_900])
      await measure(`100 at ${offset}, by ${order}`, 100, () => store.list({ ...base, order, offset }));
  }
  const filters = [
    { name: '123' },
    { gateway: 'builtin' },
    { gateway: 'none' },
    { tags: [['kuma.io/service', 'service-77']] },
    {
      tags: [
        ['kuma.io/protocol', 'http'],
        ['kuma.io/service', 'service-77'],
      ],
    },
    { tags: [['kuma.io/protocol', 'http']] },
  ];
  for (const filter of filters) {
    const { total } = await store.list({ ...base, ...filter });
    await measure(`100 of ${total}, ${JSON.stringify(filter)}`, 20, () => store.list({ ...base, ...filter }));
  }
  await store.close();
}

/** Writes dataplanes in an order that is not that of their names. */
async function fill(store, total) {
  for (let begin = 0; begin < total; begin += 1000) {
    const operations = Array.from({ length: 1000 }, (_, offset) => {
      const index = begin + offset;
      const tags = {
        'kuma.io/service': `service-${index % 1000}`,
        'kuma.io/protocol': 'http',
        version: `v${index % 3}`,
      };
      return put(`dp-${(index * 7919) % total}`, { tagSets: [tags], gateway: index % 50 === 0 ? 'builtin' : null });
    });
    await store.transact({ preconditions: [], operations });
  }
}

async function measure(name, times, work) {
  for (let round = 0; round < 3; round += 1) await work();
  const taken = [];
  for (let round = 0; round < times; round += 1) {
    const began = performance.now();
    await work();
    taken.push(performance.now() - began);
  }
  print(name, taken, '');
}

function print(name, times, rate) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)].toFixed(2).padStart(8);
  console.log(`${name.padEnd(90)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms  ${rate}`);
}

function open(name) {
  return openSqliteStore({ path: join(folder, name), changeLog: { maxRows: 100_000, maxAgeMs: 3_600_000 } });
}

function put(name, facets) {
  return {
    op: 'put',
    key: { type: 'Dataplane', mesh: 'default', name },
    spec,
    facets,
    ownedByMesh: true,
    time: '2024-05-01T10:00:00Z',
    expected: { state: 'any' },
  };
}
