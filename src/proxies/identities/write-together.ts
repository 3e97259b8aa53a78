import { err, ok, type Result } from '../../lib/result.js';
import type { Operation, Store } from '../../store/store.js';

interface Waiting {
  readonly operation: Operation;
  readonly resolve: (result: Result<void, 'conflict'>) => void;
  readonly reject: (error: unknown) => void;
}

/** More are not put into one transaction, so that none keeps others from writing for long. */
const maxBatch = 200;

/**
 * Writes single resources, those that come while others are being written together: a thousand of them cost a few
 * transactions. One that conflicts does not hinder the others.
 */
export function writeTogether(
  store: Pick<Store, 'transact'>,
): (operation: Operation) => Promise<Result<void, 'conflict'>> {
  let waiting: Waiting[] = [];
  let isWriting = false;
  const transact = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const result = await store.transact({ preconditions: [], operations: batch.map(({ operation }) => operation) });
      if (!result.ok && batch.length > 1) await Promise.all(batch.map((each) => transact([each])));
      else for (const { resolve } of batch) resolve(result.ok ? ok(undefined) : err('conflict'));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const run = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      await transact(batch);
    }
    isWriting = false;
  };
  return (operation) =>
    new Promise((resolve, reject) => {
      waiting.push({ operation, resolve, reject });
      if (!isWriting) void run();
    });
}
