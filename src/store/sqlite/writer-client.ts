import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

import type { Result } from '../../lib/result.js';
import type { Change, Commit, Conflict, Transaction } from '../store.js';
import { StoreError } from '../store-error.js';
import { restoreCommit, shortenTransaction } from './crossing.js';
import type { Failure, Outcome, WriterReply, WriterRequest, WriterSettings } from './messages.js';

interface Job {
  readonly transaction: Transaction;
  readonly resolve: (result: Result<Commit, Conflict>) => void;
  readonly reject: (reason: StoreError) => void;
}

/** Waits for a reply that is no outcome. */
interface Expectation {
  readonly resolve: (reply: WriterReply) => void;
  readonly reject: (reason: StoreError) => void;
}

/** So many transactions are handed over to an idle thread at once: fewer would not be worth a commit of their own. */
const worthACommit = 4;

/** Called with the durable changes of a batch, before its writers are answered. */
export type OnCommitted = (changes: readonly Change[]) => void;

/**
 * The writer thread as the main thread sees it. What one turn of the event loop asks for is handed over together, at its
 * end; the thread brings together what came while it was busy. It replies in the order in which it was asked.
 */
export class WriterClient {
  readonly #worker: Worker;
  readonly #onCommitted: OnCommitted;
  /** Not handed over yet. */
  readonly #gathered: Job[] = [];
  /** Handed over, and not answered. */
  readonly #asked: Job[] = [];
  readonly #expected: Expectation[] = [];
  /** Why the thread is gone. */
  #gone: StoreError | undefined;
  readonly #ended: Promise<void>;

  private constructor(worker: Worker, path: string, onCommitted: OnCommitted) {
    this.#worker = worker;
    this.#onCommitted = onCommitted;
    worker.on('message', (reply: WriterReply) => {
      if (reply.kind === 'outcomes') this.#answer(reply.outcomes);
      else this.#expected.shift()?.resolve(reply);
    });
    this.#ended = new Promise((resolve) => {
      const end = (cause: unknown): void => {
        this.#gone ??= new StoreError('io', `the writer thread of ${path} has ended; restart the process`, { cause });
        for (const job of [...this.#asked.splice(0), ...this.#gathered.splice(0)]) job.reject(this.#gone);
        for (const expectation of this.#expected.splice(0)) expectation.reject(this.#gone);
        resolve();
      };
      worker.once('error', end);
      worker.once('exit', end);
    });
  }

  /** Starts the thread and waits until it has the file open. The build is run, also from tests on the sources: a thread cannot load TypeScript. */
  static async open(settings: WriterSettings, onCommitted: OnCommitted): Promise<WriterClient> {
    const worker = new Worker(findScript(), { name: 'store-writer', workerData: settings });
    const client = new WriterClient(worker, settings.path, onCommitted);
    const opened = await client.#receive();
    if (opened.kind === 'failed') {
      await worker.terminate();
      throw toError(opened.failure);
    }
    return client;
  }

  /** Resolves after the commit; rejects with a `StoreError`, and then nothing of the transaction is in the file. */
  transact(transaction: Transaction): Promise<Result<Commit, Conflict>> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== undefined) {
        reject(this.#gone);
        return;
      }
      if (this.#gathered.length === 0) {
        setImmediate(() => {
          this.#handOver();
        });
      }
      this.#gathered.push({ transaction, resolve, reject });
      // an idle thread need not wait for the end of the turn
      if (this.#asked.length === 0 && this.#gathered.length >= worthACommit) this.#handOver();
    });
  }

  /** Resolves when a write works; rejects with the reason otherwise. */
  async probe(): Promise<void> {
    const reply = await this.#ask({ kind: 'probe' });
    if (reply.kind === 'failed') throw toError(reply.failure);
  }

  /** Finishes what was given to it, makes the file whole (then calls `onWhole`), and ends the thread. */
  async close(onWhole: () => void): Promise<void> {
    if (this.#gone === undefined) {
      const checkpointed = await this.#ask({ kind: 'checkpoint' });
      if (checkpointed.kind === 'done') onWhole();
      await this.#ask({ kind: 'close' });
    }
    await this.#ended;
  }

  #handOver(): void {
    const jobs = this.#gathered.splice(0);
    if (jobs.length === 0) return;
    try {
      const request: WriterRequest = {
        kind: 'commit',
        transactions: jobs.map(({ transaction }) => shortenTransaction(transaction)),
      };
      this.#worker.postMessage(request);
      this.#asked.push(...jobs);
    } catch (cause) {
      for (const job of jobs) job.reject(toStoreFault(cause));
    }
  }

  #answer(outcomes: readonly Outcome[]): void {
    const jobs = this.#asked.splice(0, outcomes.length);
    try {
      const endings = jobs.map((job, index) => restoreOutcome(job, outcomes[index]));
      this.#onCommitted(endings.flatMap(changesOf));
      for (const [index, job] of jobs.entries()) settle(job, endings[index]);
    } catch (cause) {
      for (const job of jobs) job.reject(toStoreFault(cause));
    }
  }

  /** After all that was gathered before. */
  async #ask(request: WriterRequest): Promise<WriterReply> {
    if (this.#gone !== undefined) throw this.#gone;
    this.#handOver();
    this.#worker.postMessage(request);
    return this.#receive();
  }

  #receive(): Promise<WriterReply> {
    return new Promise((resolve, reject) => {
      this.#expected.push({ resolve, reject });
    });
  }
}

function findScript(): string {
  try {
    return createRequire(import.meta.url).resolve('#sqlite-writer');
  } catch (cause) {
    throw new StoreError('io', 'the script of the writer thread is missing: build the package first', { cause });
  }
}

/** How a transaction ended, or why it failed. */
type Ending = Result<Commit, Conflict> | StoreError;

function restoreOutcome({ transaction }: Job, outcome: Outcome | undefined): Ending {
  if (outcome === undefined) throw new Error('the writer thread answered fewer transactions than it was given');
  return outcome.kind === 'done' ? restoreCommit(outcome.result, transaction) : toError(outcome.failure);
}

const changesOf = (ending: Ending): readonly Change[] =>
  !(ending instanceof StoreError) && ending.ok ? ending.value.changes : [];

function settle(job: Job, ending: Ending | undefined): void {
  if (ending instanceof StoreError) job.reject(ending);
  else if (ending !== undefined) job.resolve(ending);
}

function toError({ fault, message }: Failure): StoreError {
  return new StoreError(fault, message);
}

function toStoreFault(cause: unknown): StoreError {
  return cause instanceof StoreError ? cause : new StoreError('io', 'the writer thread failed', { cause });
}
