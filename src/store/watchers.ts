import type { Revision } from '../model/resource.js';
import type { Change, Watcher } from './store.js';

interface Watch {
  readonly watcher: Watcher;
  /** What the watcher had when it was added. */
  readonly position: Revision;
}

/** The live watches of a store. Not before a watch has read the log up to what is durable does it get in here. */
export class Watchers {
  readonly #watches = new Set<Watch>();

  /** Gives the watcher every delivered change after `position`, until the returned function is called. */
  add(position: Revision, watcher: Watcher): () => void {
    const watch = { watcher, position };
    this.#watches.add(watch);
    return () => {
      this.#watches.delete(watch);
    };
  }

  /** Hands consecutive changes to every watch, each change once. */
  deliver(changes: readonly Change[]): void {
    // A watcher may stop another that has not been called yet: the iteration then leaves it out.
    for (const watch of this.#watches) {
      // Committed before the watch read the log, delivered only now.
      const fresh = changes.filter((change) => change.revision > watch.position);
      if (fresh.length > 0) callWatcher(watch.watcher, fresh);
    }
  }

  /** Stops every watch. */
  clear(): void {
    this.#watches.clear();
  }
}

/** Calls the watcher; one that throws against its contract fails the process, not the writers and watchers beside it. */
export function callWatcher(watcher: Watcher, changes: readonly Change[]): void {
  try {
    watcher(changes);
  } catch (cause) {
    queueMicrotask(() => {
      throw new Error('a watcher of the store threw', { cause });
    });
  }
}
