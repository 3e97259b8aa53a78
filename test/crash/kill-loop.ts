import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import Database from 'better-sqlite3';

import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import type { Store } from '../../src/store/store.js';
import { stateAfter, writers } from './steps.mjs';

const script = fileURLToPath(new URL('writers.mjs', import.meta.url));

/** How often to kill, and the seed of the times. */
export interface KillLoopOptions {
  readonly rounds: number;
  readonly seed: number;
}

/** What the loop saw, when nothing was wrong. */
export interface KillLoopReport {
  readonly rounds: number;
  /** Steps that were acknowledged over all rounds. */
  readonly acknowledged: number;
  /** Steps that were durable, but killed before they were acknowledged. */
  readonly unacknowledged: number;
  /** Rounds killed before the store was open. */
  readonly killedOpening: number;
  /** Longest time to open the store after a kill, in ms. */
  readonly slowestOpen: number;
}

/**
 * Kills a process with 8 concurrent writers again and again on the same file, and judges what each kill leaves behind:
 * every acknowledged step is there, none is there in part, revisions have no gap, and SQLite finds the file sound.
 * Throws at the first round that leaves anything else, with the seed and the round.
 */
export async function runKillRounds({ rounds, seed }: KillLoopOptions): Promise<KillLoopReport> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-kill-'));
  const path = join(folder, 'store.db');
  const random = makeRandom(seed);
  let done: readonly number[] = Array.from({ length: writers }, () => 0);
  let report = { rounds, acknowledged: 0, unacknowledged: 0, killedOpening: 0, slowestOpen: 0 };
  try {
    for (let round = 0; round < rounds; round += 1) {
      // One round in five is killed while it starts: making the file, taking the lock, recovering the log.
      const afterOpen = random() > 0.2;
      const killed = await runAndKill(path, done, { afterOpen, delay: 20 + random() * (afterOpen ? 380 : 100) });
      const began = performance.now();
      const store = await openSqliteStore({ path, changeLog: { maxRows: 5000, maxAgeMs: 3_600_000 } });
      const opened = performance.now() - began;
      const durable = await judge(store, killed.acknowledged).catch((cause: unknown) => {
        throw new Error(`seed ${seed}, round ${round}: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
      });
      await store.close();
      report = {
        rounds,
        acknowledged: report.acknowledged + sum(killed.acknowledged) - sum(done),
        unacknowledged: report.unacknowledged + sum(durable) - sum(killed.acknowledged),
        killedOpening: report.killedOpening + (killed.open ? 0 : 1),
        slowestOpen: Math.max(report.slowestOpen, opened),
      };
      checkFile(path, `seed ${seed}, round ${round}`);
      done = durable;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return report;
}

/** Runs the writers from where they are, kills them, and returns the last acknowledged step of each. */
async function runAndKill(
  path: string,
  done: readonly number[],
  when: { readonly afterOpen: boolean; readonly delay: number },
): Promise<{ readonly open: boolean; readonly acknowledged: readonly number[] }> {
  const child = spawn(process.execPath, [script, path, JSON.stringify(done)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const chunks: Buffer[] = [];
  const opened = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      resolve();
    });
  });
  await (when.afterOpen ? Promise.race([opened, closed]) : once(child, 'spawn'));
  const timer = setTimeout(() => child.kill('SIGKILL'), when.delay);
  const [code, signal] = await closed;
  clearTimeout(timer);
  if (signal !== 'SIGKILL') throw new Error(`the writers ended by themselves, with ${String(code)}`);
  // A line cut off by the kill was not said.
  const lines = Buffer.concat(chunks).toString().split('\n').slice(0, -1);
  const acknowledged = [...done];
  for (const line of lines.slice(1)) {
    const [writer = 0, seq = 0] = line.split(' ').map(Number);
    acknowledged[writer] = seq;
  }
  return { open: lines.length > 0, acknowledged };
}

/** How many steps of each writer are in the store; throws unless it is exactly the acknowledged ones, and at most one more, whole. */
async function judge(store: Store, acknowledged: readonly number[]): Promise<readonly number[]> {
  const { revision, resources } = await store.readAll();
  const durable = acknowledged.map((seq, writer) => {
    const actual = new Map(
      resources
        .filter((resource) => resource.mesh === `mesh-${writer}`)
        .map((resource) => [resource.name, resource.spec]),
    );
    const found = [seq, seq + 1].find((steps) => equalMaps(actual, stateAfter(writer, steps)));
    if (found === undefined)
      throw new Error(
        `writer ${writer}, acknowledged ${seq}: the store holds ${describe(actual)}, not ${describe(stateAfter(writer, seq))}`,
      );
    return found;
  });
  const floor = Math.max(0, revision - 5000);
  const seen: number[] = [];
  const watching = await store.watch(floor, (changes) => seen.push(...changes.map((change) => change.revision)));
  if (!watching.ok) throw new Error(`the log does not reach back to ${floor}`);
  watching.value();
  if (seen.length !== revision - floor || seen.some((each, index) => each !== floor + 1 + index))
    throw new Error(`revisions ${floor + 1} to ${revision} have a gap`);
  const newest = Math.max(0, ...resources.map((resource) => resource.revision));
  if (newest > revision) throw new Error(`a resource has revision ${newest}, the store ${revision}`);
  for (const { mesh, total } of await store.counts()) {
    if (resources.filter((resource) => resource.mesh === mesh).length !== total)
      throw new Error(`the count of ${mesh} is wrong: ${total}`);
  }
  return durable;
}

function checkFile(path: string, where: string): void {
  const database = new Database(path, { readonly: true });
  const found = database.pragma('integrity_check', { simple: true });
  database.close();
  if (found !== 'ok') throw new Error(`${where}: integrity_check says ${String(found)}`);
}

function equalMaps(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

function describe(state: ReadonlyMap<string, string>): string {
  return JSON.stringify([...state].map(([name, spec]) => `${name}: ${spec.slice(0, 30)}`));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A seeded generator of numbers in [0, 1): mulberry32. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
