import type { Store } from './store.js';

/** Who is told what a store does. */
export interface StoreMeter {
  /** `operation`: get, list, create, update or delete. */
  readonly measureStore: (operation: string, type: string, seconds: number) => void;
  readonly countConflict: (type: string) => void;
}

/** The same store, with a meter on reads, on every change of a transaction, and on transactions that are refused. */
export function meterStore(store: Store, { measureStore, countConflict }: StoreMeter): Store {
  const since = (start: number): number => (performance.now() - start) / 1000;
  return {
    counts: () => store.counts(),
    readAll: () => store.readAll(),
    watch: (after, watcher) => store.watch(after, watcher),
    revision: () => store.revision(),
    ping: () => store.ping(),
    close: () => store.close(),
    get: async (key) => {
      const start = performance.now();
      const resource = await store.get(key);
      measureStore('get', key.type, since(start));
      return resource;
    },
    list: async (query) => {
      const start = performance.now();
      const page = await store.list(query);
      measureStore('list', query.type, since(start));
      return page;
    },
    transact: async (transaction) => {
      const start = performance.now();
      const result = await store.transact(transaction);
      if (result.ok) for (const { op, key } of result.value.changes) measureStore(op, key.type, since(start));
      else {
        const { error } = result;
        countConflict(
          error.conflict === 'expected' ? error.key.type : (transaction.operations.find(hasKey)?.key.type ?? ''),
        );
      }
      return result;
    },
  };
}

const hasKey = <Operation extends object>(operation: Operation): operation is Extract<Operation, { key: unknown }> =>
  'key' in operation;
