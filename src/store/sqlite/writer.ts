import type { Revision } from '../../model/resource.js';
import { carryOut, type Rows } from '../carry-out.js';
import type { Change, Transaction } from '../store.js';
import { checkpointAll, type Connection, toStoreError } from './database.js';
import type { ChangeLogBounds, Failure, Outcome } from './messages.js';
import { shortenCommit } from './crossing.js';
import { openTable } from './table.js';

/** The fewest log rows that one commit may forget; more than it writes, so that a log that is too long shrinks. */
const smallestBite = 512;

interface State {
  readonly revision: Revision;
  readonly logFloor: Revision;
}

/** What a writer needs besides its connection. */
export interface WriterOptions {
  readonly changeLog: ChangeLogBounds;
  /** Milliseconds since 1970, for the age of log rows. */
  readonly now: () => number;
}

/** Carries out transactions on the one writing connection; every call blocks until the disk has answered. */
export class Writer {
  readonly #database: Connection;
  readonly #options: WriterOptions;
  readonly #rows: Rows;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(database: Connection, options: WriterOptions) {
    this.#database = database;
    this.#options = options;
    this.#rows = openTable(database);
    this.#statements = prepareStatements(database);
  }

  /**
   * Carries the transactions out in order and makes them durable with one commit; a conflict takes back only its own.
   * When the world breaks under them together, each is tried alone: one that is too big for the disk fails alone.
   */
  commit(transactions: readonly Transaction[]): readonly Outcome[] {
    try {
      return this.#inTransaction(() => this.#carryOutAll(transactions));
    } catch (cause) {
      this.#regainSpace();
      if (transactions.length === 1) return [{ kind: 'failed', failure: toFailure(cause, this.#database.name) }];
      return transactions.flatMap((transaction) => this.commit([transaction]));
    }
  }

  /** Writes a number of no meaning; throws what the disk says. */
  probe(): void {
    // A new number: SQLite does not write what is there already.
    this.#inTransaction(() => this.#statements.probe.run());
  }

  /** Moves the whole write-ahead log into the database file. */
  checkpoint(): void {
    checkpointAll(this.#database);
  }

  close(): void {
    this.#database.close();
  }

  #inTransaction<Value>(work: () => Value): Value {
    this.#statements.begin.run();
    try {
      const value = work();
      this.#statements.commit.run();
      return value;
    } catch (cause) {
      // SQLite has already rolled back after some errors, and not after others.
      if (this.#database.inTransaction) this.#statements.rollback.run();
      throw cause;
    }
  }

  #carryOutAll(transactions: readonly Transaction[]): readonly Outcome[] {
    const before = this.#readState();
    let { revision } = before;
    const outcomes = transactions.map((transaction): Outcome => {
      // one operation alone has written nothing when it is refused
      const isCompound = transaction.operations.length > 1;
      if (isCompound) this.#statements.savepoint.run();
      const result = carryOut(transaction, revision, this.#rows);
      if (result.ok) {
        this.#log(result.value.changes);
        revision = result.value.revision;
      } else if (isCompound) {
        this.#statements.takeBack.run();
      }
      if (isCompound) this.#statements.release.run();
      return { kind: 'done', result: shortenCommit(result) };
    });
    if (revision > before.revision) this.#statements.setState.run(revision, this.#trimLog(before, revision));
    return outcomes;
  }

  #log(changes: readonly Change[]): void {
    const at = this.#options.now();
    for (const { revision, op, key } of changes)
      this.#statements.log.run(revision, op, key.type, key.mesh, key.name, at);
  }

  /** Forgets the oldest changes beyond the bounds, in bites that keep a commit short. Returns the new floor. */
  #trimLog(before: State, revision: Revision): Revision {
    const { maxRows, maxAgeMs } = this.#options.changeLog;
    const bite = Math.max(smallestBite, 2 * (revision - before.revision));
    const tooOld = this.#options.now() - maxAgeMs;
    let floor = before.logFloor;
    for (const row of this.#statements.oldest.iterate(floor, bite)) {
      if (row.revision > revision - maxRows && row.at >= tooOld) break;
      floor = row.revision;
    }
    if (floor > before.logFloor) this.#statements.forget.run(floor);
    return floor;
  }

  #readState(): State {
    const state = this.#statements.state.get();
    if (state === undefined) throw new Error('the table "state" has lost its row');
    return state;
  }

  /** On a full disk, lets the next transaction use the space of the log again; deleting resources may then work. */
  #regainSpace(): void {
    try {
      this.#database.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // Then nothing is regained; the failure that matters is being answered already.
    }
  }
}

/** What to tell of an error on the other side of the thread. */
export function toFailure(cause: unknown, path: string): Failure {
  const { fault, message } = toStoreError(cause, path);
  return { fault, message };
}

function prepareStatements(database: Connection) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    savepoint: database.prepare('SAVEPOINT one'),
    takeBack: database.prepare('ROLLBACK TO one'),
    release: database.prepare('RELEASE one'),
    state: database.prepare<[], State>('SELECT revision, log_floor AS logFloor FROM state'),
    setState: database.prepare<[revision: Revision, logFloor: Revision]>(
      'UPDATE state SET revision = ?, log_floor = ?',
    ),
    probe: database.prepare('UPDATE state SET probes = probes + 1'),
    log: database.prepare<[revision: Revision, op: Change['op'], type: string, mesh: string, name: string, at: number]>(
      'INSERT INTO changes (revision, op, type, mesh, name, at) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    oldest: database.prepare<[floor: Revision, limit: number], { readonly revision: Revision; readonly at: number }>(
      'SELECT revision, at FROM changes WHERE revision > ? ORDER BY revision LIMIT ?',
    ),
    forget: database.prepare<[floor: Revision]>('DELETE FROM changes WHERE revision <= ?'),
  };
}
