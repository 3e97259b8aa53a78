/**
 * What is broken when a store rejects.
 * `full`: no space left, the old state is intact and writes work again when there is space.
 * `busy`: another program holds the file longer than the busy timeout.
 * `in-use`: another process (or another store of this one) has the file open for writing.
 * `schema`: the file's schema is newer than this build, or a migration is unusable.
 * `file`: the file is no store, damaged, or incomplete.
 * `key`: the key of a secret is missing or wrong, or the secret was changed behind the store's back.
 * `io`: everything else the disk or the operating system refuses.
 */
export type StoreFault = 'closed' | 'full' | 'busy' | 'in-use' | 'schema' | 'file' | 'key' | 'io';

/** The reason of every rejected promise of a `Store`; the message names the file and what to do where something can be done. */
export class StoreError extends Error {
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.fault = fault;
  }
}

/** The error of every call after `close()`. */
export function makeClosedError(): StoreError {
  return new StoreError('closed', 'the store is closed');
}
