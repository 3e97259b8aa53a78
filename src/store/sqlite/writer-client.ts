import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { err, ok, type Result } from '../../lib/result.js';
import type { Change, Commit, Conflict, Transaction } from '../store.js';
import { StoreError } from '../store-error.js';
import { restoreCommit, shortenTransaction } from './crossing.js';
import type { Failure, Outcome, WriterReply, WriterRequest, WriterSettings } from './messages.js';

/** The most transactions that share a commit: bounds how long the last of them waits for the first. */
const largestBatch = 256;

interface Job {
  readonly transaction: Transaction;
  readonly resolve: (result: Result<Commit, Conflict>) => void;
  readonly reject: (reason: StoreError) => void;
}

interface Probe {
  readonly resolve: () => void;
  readonly reject: (reason: StoreError) => void;
}

/** What the thread was asked, and what its reply means for those who wait. */
interface Asked {
  readonly reply: Promise<WriterReply>;
  readonly answer: (reply: WriterReply) => void;
  readonly refuse: (reason: StoreError) => void;
}

/** Called with the durable changes of a batch, before its writers are answered. */
export type OnCommitted = (changes: readonly Change[]) => void;

/** The writer thread as the main thread sees it; while it is busy, what arrives gathers into the next batch. */
export class WriterClient {
  readonly #worker: Worker;
  readonly #onCommitted: OnCommitted;
  #waiting: Job[] = [];
  #probes: Probe[] = [];
  #pumping: Promise<void> | undefined;
  /** What the reply being waited for settles. */
  #expected:
    { readonly resolve: (reply: WriterReply) => void; readonly reject: (reason: StoreError) => void } | undefined;
  /** Why the thread is gone. */
  #gone: StoreError | undefined;
  readonly #ended: Promise<void>;

  private constructor(worker: Worker, path: string, onCommitted: OnCommitted) {
    this.#worker = worker;
    this.#onCommitted = onCommitted;
    worker.on('message', (reply: WriterReply) => {
      const expected = this.#expected;
      this.#expected = undefined;
      expected?.resolve(reply);
    });
    this.#ended = new Promise((resolve) => {
      const end = (cause: unknown): void => {
        this.#gone ??= new StoreError('io', `the writer thread of ${path} has ended; restart the process`, { cause });
        this.#expected?.reject(this.#gone);
        this.#expected = undefined;
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
      this.#waiting.push({ transaction, resolve, reject });
      this.#startPump();
    });
  }

  /** Resolves when a write works; rejects with the reason otherwise. */
  probe(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#probes.push({ resolve, reject });
      this.#startPump();
    });
  }

  /** Finishes what was given to it, makes the file whole (then calls `onWhole`), and ends the thread. */
  async close(onWhole: () => void): Promise<void> {
    await this.#pumping;
    if (this.#gone === undefined) {
      const checkpointed = await this.#ask({ kind: 'checkpoint' });
      if (checkpointed.kind === 'done') onWhole();
      await this.#ask({ kind: 'close' });
    }
    await this.#ended;
  }

  #startPump(): void {
    // Not at once, so that all that one turn of the event loop asks for shares the first batch too.
    this.#pumping ??= setImmediate().then(() => this.#pump());
  }

  async #pump(): Promise<void> {
    let asked = this.#askNext();
    while (asked !== undefined) {
      const { reply, answer, refuse }: Asked = asked;
      const ending = await reply.then(ok, (cause: unknown) => err(toStoreFault(cause)));
      // the thread is at work again while those before are answered
      asked = this.#askNext();
      try {
        if (ending.ok) answer(ending.value);
        else refuse(ending.error);
      } catch (cause) {
        refuse(toStoreFault(cause));
      }
      // what watchers asked for meanwhile
      asked ??= this.#askNext();
    }
    this.#pumping = undefined;
  }

  #askNext(): Asked | undefined {
    if (this.#probes.length > 0) return this.#askProbe(this.#probes.splice(0));
    if (this.#waiting.length > 0) return this.#askCommit(this.#waiting.splice(0, largestBatch));
    return undefined;
  }

  #askProbe(probes: readonly Probe[]): Asked {
    return {
      reply: this.#ask({ kind: 'probe' }),
      answer: (reply) => {
        if (reply.kind === 'failed') throw toError(reply.failure);
        for (const probe of probes) probe.resolve();
      },
      refuse: (reason) => {
        for (const probe of probes) probe.reject(reason);
      },
    };
  }

  #askCommit(batch: readonly Job[]): Asked {
    return {
      reply: this.#ask({ kind: 'commit', transactions: batch.map((job) => shortenTransaction(job.transaction)) }),
      answer: (reply) => {
        if (reply.kind !== 'outcomes') throw new Error(`the writer thread answered a commit with ${reply.kind}`);
        const endings = batch.map((job, index) => restoreOutcome(job, reply.outcomes[index]));
        this.#onCommitted(endings.flatMap(changesOf));
        for (const [index, job] of batch.entries()) settle(job, endings[index]);
      },
      refuse: (reason) => {
        for (const job of batch) job.reject(reason);
      },
    };
  }

  async #ask(request: WriterRequest): Promise<WriterReply> {
    if (this.#gone !== undefined) throw this.#gone;
    this.#worker.postMessage(request);
    return this.#receive();
  }

  #receive(): Promise<WriterReply> {
    return new Promise((resolve, reject) => {
      this.#expected = { resolve, reject };
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
