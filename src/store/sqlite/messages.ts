import type { Result } from '../../lib/result.js';
import type { Conflict } from '../store.js';
import type { StoreFault } from '../store-error.js';
import type { LeanCommit, LeanTransaction } from './crossing.js';

/** How much of the change log is kept; the stricter of the two bounds holds. */
export interface ChangeLogBounds {
  readonly maxRows: number;
  readonly maxAgeMs: number;
}

/** What the writer thread is started with. */
export interface WriterSettings {
  readonly path: string;
  readonly busyTimeoutMs: number;
  readonly changeLog: ChangeLogBounds;
}

/** A `StoreError` as it crosses threads. */
export interface Failure {
  readonly fault: StoreFault;
  readonly message: string;
}

/** How one transaction of a batch ended. Only `done` with an `ok` result is in the file. */
export type Outcome =
  | { readonly kind: 'done'; readonly result: Result<LeanCommit, Conflict> }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the main thread asks; done and answered in this order. Commits that follow each other may have one reply. */
export type WriterRequest =
  | { readonly kind: 'commit'; readonly transactions: readonly LeanTransaction[] }
  /** Writes a row to learn whether writes work. */
  | { readonly kind: 'probe' }
  /** Moves the whole write-ahead log into the database file. */
  | { readonly kind: 'checkpoint' }
  /** Closes the file and ends the thread. */
  | { readonly kind: 'close' };

/** What the writer thread answers; the first `done` says that it is open. */
export type WriterReply =
  /** Of the transactions that were asked first, in their order. */
  | { readonly kind: 'outcomes'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: Failure };
