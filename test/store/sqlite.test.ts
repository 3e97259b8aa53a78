import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { assertSqliteVersion, openForWriting } from '../../src/store/sqlite/database.js';
import { lockFile } from '../../src/store/sqlite/file-lock.js';
import { defaultMigrationsDir } from '../../src/store/sqlite/migrations.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { migrateUp, migrationStatus } from '../../src/store/sqlite/store-file.js';
import { Writer } from '../../src/store/sqlite/writer.js';
import type { Store } from '../../src/store/store.js';
import { StoreError, type StoreFault } from '../../src/store/store-error.js';
import { ampleLog, commit, keyOf, put, remove, transaction } from './fixtures.js';

const child = fileURLToPath(new URL('sqlite-child.mjs', import.meta.url));

let folder: string;
let path: string;
let open: Store[];
let children: ChildProcess[];

const openStore = async (migrationsDir?: string): Promise<Store> => {
  const store = await openSqliteStore({
    path,
    changeLog: ampleLog,
    ...(migrationsDir === undefined ? {} : { migrationsDir }),
  });
  open.push(store);
  return store;
};
const failureOf = async (work: Promise<unknown>): Promise<StoreError> => {
  const failure: unknown = await work.then(
    () => new Error('expected a rejection'),
    (cause: unknown) => cause,
  );
  if (!(failure instanceof StoreError)) throw failure;
  return failure;
};
const faultOf = (work: () => unknown): StoreFault | 'none' => {
  try {
    work();
    return 'none';
  } catch (cause) {
    if (cause instanceof StoreError) return cause.fault;
    throw cause;
  }
};
/** Starts the child script; `kilobytes` bounds the size of every file it writes. */
const startChild = (
  args: readonly string[],
  kilobytes?: number,
): { readonly process: ChildProcess; readonly lines: AsyncIterator<string>; readonly ended: Promise<unknown> } => {
  const limited = kilobytes === undefined ? '' : `ulimit -S -f ${kilobytes}; `;
  const started = spawn('bash', ['-c', `${limited}exec "$0" "$@"`, process.execPath, child, path, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(started);
  return {
    process: started,
    lines: createInterface({ input: started.stdout })[Symbol.asyncIterator](),
    ended: once(started, 'exit'),
  };
};
const nextOf = async (lines: AsyncIterator<string>): Promise<unknown> => JSON.parse((await lines.next()).value);
const kill = async (running: ChildProcess): Promise<void> => {
  const ended = once(running, 'exit');
  running.kill('SIGKILL');
  await ended;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-sqlite-'));
  path = join(folder, 'store.db');
  open = [];
  children = [];
});
afterEach(async () => {
  for (const store of open) await store.close();
  for (const running of children) running.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

describe('the file', () => {
  test('everything is there after closing and opening again', async () => {
    const first = await openStore();
    await commit(first, put(keyOf('a')), put(keyOf('b')), remove(keyOf('a')));
    const before = await first.readAll();
    await first.close();
    const second = await openStore();
    expect(await second.readAll()).toEqual(before);
    expect(await second.counts()).toEqual([{ type: 'Dataplane', mesh: 'default', total: 1 }]);
    const seen: number[] = [];
    await second.watch(0, (changes) => seen.push(...changes.map((change) => change.revision)));
    expect(seen).toEqual([1, 2, 3]);
    expect((await commit(second, put(keyOf('c')))).revision).toBe(4);
  });

  test('a closed store is one file and its lock, readable by its owner only', async () => {
    const store = await openStore();
    await commit(store, put(keyOf('a')));
    await store.close();
    expect(readdirSync(folder).sort()).toEqual(['store.db', 'store.db.lock']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('commits are synced, in WAL mode', () => {
    migrateUp(path);
    const database = openForWriting(path, 0);
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    database.close();
  });

  const strangers: readonly { readonly name: string; readonly make: () => void; readonly says: RegExp }[] = [
    {
      name: 'a text file',
      make: () => writeFileSync(path, 'hello, this is no database\n'.repeat(100)),
      says: /not a store, or it is damaged/,
    },
    { name: 'an empty file', make: () => writeFileSync(path, ''), says: /is empty \(0 bytes\)/ },
    {
      name: 'a store with a zeroed header',
      make: () => damage((bytes) => bytes.fill(0, 0, 100)),
      says: /not a store, or it is damaged/,
    },
    {
      name: 'a store cut in half',
      make: () => truncateSync(makeStore(), statSync(path).size / 2),
      says: /not a store, or it is damaged/,
    },
    {
      name: 'the database of another program',
      make: () => {
        const other = new Database(path);
        other.exec('CREATE TABLE users (name TEXT)');
        other.close();
      },
      says: /another program/,
    },
    {
      name: 'a store without its tables',
      make: () => {
        const emptied = new Database(makeStore());
        emptied.exec('DROP TABLE state');
        emptied.close();
      },
      says: /not a store, or it is damaged: no such table: state/,
    },
    {
      name: 'a log without its database',
      make: () => writeFileSync(`${path}-wal`, 'something'),
      says: /is missing, but its write-ahead log/,
    },
    {
      name: 'a folder that does not exist',
      make: () => {
        path = join(folder, 'missing', 'store.db');
      },
      says: /folder .* does not exist/,
    },
  ];
  test.each(strangers)('$name is refused, and stays as it is', async ({ make, says }) => {
    make();
    const before = existsSync(path) ? readFileSync(path) : undefined;
    const failure = await failureOf(openStore());
    expect(failure.fault).toBe('file');
    expect(failure.message).toMatch(says);
    expect(failure.message).toContain(path);
    expect(existsSync(path) ? readFileSync(path) : undefined).toEqual(before);
  });

  test('a refused file can be replaced and opened by the same process', async () => {
    writeFileSync(path, 'no database');
    await failureOf(openStore());
    rmSync(path);
    expect(await (await openStore()).revision()).toBe(0);
  });

  test('a store that was being made when the process died is made again', async () => {
    writeFileSync(`${path}.unfinished`, 'half a file');
    await commit(await openStore(), put(keyOf('a')));
  });
});

describe('one writer', () => {
  test('a second store of the same file is refused at once, by any of its names', async () => {
    await openStore();
    const link = join(folder, 'link.db');
    symlinkSync(path, link);
    for (const name of [path, join(folder, '.', 'store.db'), link]) {
      const failure = await failureOf(openSqliteStore({ path: name, changeLog: ampleLog }));
      expect(failure.fault).toBe('in-use');
      expect(failure.message).toContain(`${path} is in use by another process`);
    }
    expect(faultOf(() => migrateUp(path))).toBe('in-use');
  });

  test('the lock alone keeps others out, until it is released', () => {
    const lock = lockFile(path);
    expect(faultOf(() => lockFile(path))).toBe('in-use');
    lock.release();
    lockFile(path).release();
  });

  test('closing lets the next one in', async () => {
    await (await openStore()).close();
    await commit(await openStore(), put(keyOf('a')));
  });

  test('a store of another process is respected while it lives, and no longer', async () => {
    const { process: holder, lines } = startChild(['hold']);
    expect(await nextOf(lines)).toBe('held');
    expect((await failureOf(openStore())).fault).toBe('in-use');
    expect(migrationStatus(path).pending).toEqual([]);
    await kill(holder);
    const store = await openStore();
    expect(await store.get(keyOf('held'))).toMatchObject({ revision: 1 });
  });

  test('a store that was killed and has lost its log is refused until the loss is accepted', async () => {
    const { process: holder, lines } = startChild(['hold']);
    await nextOf(lines);
    await kill(holder);
    rmSync(`${path}-wal`);
    const failure = await failureOf(openStore());
    expect(failure.fault).toBe('file');
    expect(failure.message).toContain(`delete ${path}.lock`);
    rmSync(`${path}.lock`);
    expect(await (await openStore()).revision()).toBe(0);
  });
});

describe('migrations', () => {
  let migrationsDir: string;
  const addMigration = (name: string, sql: string): void => {
    writeFileSync(join(migrationsDir, name), sql);
  };

  beforeEach(() => {
    migrationsDir = join(folder, 'migrations');
    mkdirSync(migrationsDir);
    for (const name of readdirSync(defaultMigrationsDir))
      copyFileSync(join(defaultMigrationsDir, name), join(migrationsDir, name));
  });
  const options = () => ({ migrationsDir, busyTimeoutMs: 100 });
  const known = () => readdirSync(defaultMigrationsDir).length;
  const nextName = (word: string) => `${String(known() + 1).padStart(4, '0')}_${word}.sql`;

  test('status of a file that does not exist, and after it was made', () => {
    expect(migrationStatus(path)).toEqual({
      path,
      current: 0,
      known: known(),
      pending: readdirSync(defaultMigrationsDir),
    });
    expect(existsSync(path)).toBe(false);
    expect(migrateUp(path)).toEqual({
      path,
      from: 0,
      to: known(),
      applied: readdirSync(defaultMigrationsDir),
      backup: undefined,
    });
    expect(migrationStatus(path)).toEqual({ path, current: known(), known: known(), pending: [] });
    expect(migrateUp(path)).toEqual({ path, from: known(), to: known(), applied: [], backup: undefined });
  });

  test('a new migration is applied when the store is opened; a copy of the old store stays', async () => {
    const store = await openStore();
    await commit(store, put(keyOf('a')));
    await store.close();
    addMigration(
      nextName('more'),
      'CREATE TABLE more (x INTEGER) STRICT; INSERT INTO more SELECT revision FROM resources;',
    );
    const migrated = await openStore(migrationsDir);
    expect(await migrated.get(keyOf('a'))).toBeDefined();
    await migrated.close();
    const database = new Database(path, { readonly: true });
    expect(database.prepare('SELECT x FROM more').pluck().all()).toEqual([1]);
    database.close();
    path = `${path}.schema-${known()}.bak`;
    expect(await (await openStore()).get(keyOf('a'))).toBeDefined();
  });

  test('a store that was killed is migrated with what is in its log', async () => {
    const { process: holder, lines } = startChild(['hold']);
    await nextOf(lines);
    await kill(holder);
    addMigration(nextName('more'), 'CREATE TABLE more (x INTEGER) STRICT;');
    expect(migrateUp(path, options()).applied).toEqual([nextName('more')]);
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(await (await openStore(migrationsDir)).get(keyOf('held'))).toBeDefined();
  });

  test('a migration that fails leaves the schema and the data as they were, after those before it', async () => {
    await commit(await openStore(), put(keyOf('a')));
    await open.pop()?.close();
    addMigration(
      nextName('fails'),
      'CREATE TABLE more (x INTEGER); DELETE FROM resources; INSERT INTO missing VALUES (1);',
    );
    const failure = await failureOf(openStore(migrationsDir));
    expect(failure.fault).toBe('schema');
    expect(failure.message).toContain(nextName('fails'));
    expect(migrationStatus(path, options()).current).toBe(known());
    expect(await (await openStore()).get(keyOf('a'))).toBeDefined();
  });

  test('a newer schema is refused with one clear error', async () => {
    addMigration(nextName('future'), 'CREATE TABLE future (x INTEGER);');
    migrateUp(path, options());
    const before = readFileSync(path);
    const failure = await failureOf(openStore());
    expect(failure.fault).toBe('schema');
    expect(failure.message).toBe(
      `${path} has schema version ${known() + 1}, this build knows up to ${known()}: run a newer build, or restore a backup made before the upgrade`,
    );
    expect(faultOf(() => migrateUp(path))).toBe('schema');
    expect(faultOf(() => migrationStatus(path))).toBe('schema');
    expect(readFileSync(path)).toEqual(before);
  });

  test('a number left out, a misnamed file and an empty folder are refused', () => {
    addMigration('0099_gap.sql', 'SELECT 1;');
    expect(faultOf(() => migrateUp(path, options()))).toBe('schema');
    rmSync(join(migrationsDir, '0099_gap.sql'));
    addMigration('next.sql', 'SELECT 1;');
    expect(faultOf(() => migrateUp(path, options()))).toBe('schema');
    rmSync(migrationsDir, { recursive: true });
    expect(faultOf(() => migrateUp(path, options()))).toBe('schema');
    expect(existsSync(path)).toBe(false);
  });
});

describe('the writer', () => {
  const withWriter = (
    limits: { readonly maxRows: number; readonly maxAgeMs: number },
    use: (writer: Writer, database: Database.Database, clock: { now: number }) => void,
  ): void => {
    migrateUp(path);
    const database = openForWriting(path, 0);
    const clock = { now: 1_000_000 };
    use(new Writer(database, { changeLog: limits, now: () => clock.now }), database, clock);
    database.close();
  };
  const logOf = (database: Database.Database): unknown[] =>
    database.prepare('SELECT revision FROM changes ORDER BY revision').pluck().all();

  test('log rows go when they are older than the bound, not sooner', () => {
    withWriter({ maxRows: 100, maxAgeMs: 1000 }, (writer, database, clock) => {
      writer.commit([transaction([put(keyOf('a'))])]);
      clock.now += 600;
      writer.commit([transaction([put(keyOf('b'))])]);
      clock.now += 400;
      writer.commit([transaction([put(keyOf('c'))])]);
      expect(logOf(database)).toEqual([1, 2, 3]);
      clock.now += 1;
      writer.commit([transaction([put(keyOf('d'))])]);
      expect(logOf(database)).toEqual([2, 3, 4]);
      expect(database.prepare('SELECT log_floor FROM state').pluck().get()).toBe(1);
    });
  });

  test('a log that is far too long shrinks in bites', () => {
    withWriter({ maxRows: 100_000, maxAgeMs: 100_000 }, (writer, database) => {
      writer.commit([transaction(Array.from({ length: 2000 }, (_, index) => put(keyOf(`dp-${index}`))))]);
      const strict = new Writer(database, { changeLog: { maxRows: 10, maxAgeMs: 100_000 }, now: () => 0 });
      const lengths = Array.from({ length: 5 }, () => {
        strict.commit([transaction([put(keyOf('a'))])]);
        return logOf(database).length;
      });
      expect(lengths).toEqual([1489, 978, 467, 10, 10]);
    });
  });

  test('transactions of one call share one commit', () => {
    withWriter(ampleLog, (writer, database) => {
      const before = countCommits();
      writer.commit(['a', 'b', 'c'].map((name) => transaction([put(keyOf(name))])));
      expect(countCommits()).toBe(before + 1);
      expect(logOf(database)).toEqual([1, 2, 3]);
    });
  });

  test('a checkpoint makes the file whole without its log, or says that a reader is in the way', () => {
    withWriter(ampleLog, (writer) => {
      writer.commit([transaction([put(keyOf('a'))])]);
      const reader = new Database(path, { readonly: true });
      reader.exec('BEGIN; SELECT revision FROM state');
      writer.commit([transaction([put(keyOf('b'))])]);
      expect(
        faultOf(() => {
          writer.checkpoint();
        }),
      ).toBe('busy');
      reader.close();
      writer.checkpoint();
      expect(statSync(`${path}-wal`).size).toBe(0);
    });
  });

  test('ping writes', async () => {
    const store = await openStore();
    const before = countCommits();
    await store.ping();
    expect(countCommits()).toBe(before + 1);
  });

  test('what arrives while the writer is busy shares a commit', async () => {
    const store = await openStore();
    const before = countCommits();
    const write = async (index: number): Promise<void> => {
      for (let turn = 0; turn < 10; turn += 1) await commit(store, put(keyOf(`dp-${index}`)));
    };
    await Promise.all(Array.from({ length: 32 }, (_, index) => write(index)));
    expect(await store.revision()).toBe(320);
    expect(countCommits() - before).toBeLessThan(100);
  });

  test('one transaction that the world refuses does not fail the others of its batch', () => {
    withWriter(ampleLog, (writer, database) => {
      database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true })) + 10}`);
      const outcomes = writer.commit([
        transaction([put(keyOf('a'))]),
        transaction([put(keyOf('b')), put(keyOf('big'), { spec: 'x'.repeat(1_000_000) })]),
        transaction([put(keyOf('d')), put(keyOf('odd'), { facets: { tagSets: [], gateway: 'odd' as 'builtin' } })]),
        transaction([put(keyOf('c'))]),
      ]);
      expect(outcomes).toMatchObject([
        { kind: 'done', result: { ok: true, value: { revision: 1 } } },
        { kind: 'failed', failure: { fault: 'full' } },
        { kind: 'failed', failure: { fault: 'io' } },
        { kind: 'done', result: { ok: true, value: { revision: 2 } } },
      ]);
      expect(database.prepare('SELECT name FROM resources ORDER BY name').pluck().all()).toEqual(['a', 'c']);
    });
  });
});

describe('a broken world', () => {
  test('a full disk: writes are refused, the state stays, and writes work again when there is space', async () => {
    const { process: writer, lines, ended } = startChild(['fill', '20000'], 2048);
    const full = (await nextOf(lines)) as { readonly written: number };
    const refused = expect.stringMatching(/^(full|io)$/);
    expect(full).toMatchObject({ failure: refused, batch: [refused, refused, refused], total: full.written });
    expect(full.written).toBeGreaterThan(20);
    execFileSync('prlimit', [`--pid=${writer.pid}`, '--fsize=unlimited']);
    writer.stdin?.end('go\n');
    expect(await nextOf(lines)).toEqual({ again: 'ok', ping: 'ok', revision: full.written + 1 });
    await ended;
    const store = await openStore();
    expect((await store.readAll()).resources).toHaveLength(full.written + 1);
  });

  test('a full disk: the space of the log is used again', async () => {
    const { lines, ended } = startChild(['rewrite', '20000'], 2048);
    const done = (await nextOf(lines)) as { readonly written: number };
    expect(done).toMatchObject({
      failure: expect.stringMatching(/^(full|io)$/),
      again: 'ok',
      revision: done.written + 1,
    });
    await ended;
  });

  test('a program that holds the file makes writes wait, then fail, and work again', async () => {
    const store = await openSqliteStore({ path, changeLog: ampleLog, busyTimeoutMs: 20 });
    open.push(store);
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    expect((await failureOf(store.transact(transaction([put(keyOf('a'))])))).fault).toBe('busy');
    expect((await failureOf(store.ping())).fault).toBe('busy');
    other.exec('ROLLBACK');
    await store.ping();
    expect((await commit(store, put(keyOf('a')))).revision).toBe(1);
    other.close();
  });

  test('a folder that takes no file is named', async () => {
    path = '/proc/store.db';
    expect((await failureOf(openStore())).message).toContain(path);
  });
});

describe('the version of SQLite', () => {
  test.each([
    { version: '3.51.3', fault: 'none' },
    { version: '3.53.2', fault: 'none' },
    { version: '4.0.0', fault: 'none' },
    { version: '3.51.2', fault: 'io' },
    { version: '3.7.17', fault: 'io' },
    { version: '2.99.99', fault: 'io' },
    { version: '', fault: 'io' },
  ])('$version: $fault', ({ version, fault }) => {
    expect(
      faultOf(() => {
        assertSqliteVersion(version);
      }),
    ).toBe(fault);
  });
});

/** Commits in the write-ahead log, by its format: frames whose header holds the size of the database after a commit. */
function countCommits(): number {
  const log = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(0);
  const [headerSize, frameSize] = [32, 24 + 4096];
  let commits = 0;
  for (let frame = headerSize; frame + frameSize <= log.length; frame += frameSize)
    commits += log.readUInt32BE(frame + 4) > 0 ? 1 : 0;
  return commits;
}

/** Makes an empty store, closed; returns its path. */
function makeStore(): string {
  migrateUp(path);
  return path;
}

/** Makes a store and changes its bytes. */
function damage(change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(makeStore());
  change(bytes);
  writeFileSync(path, bytes);
}
