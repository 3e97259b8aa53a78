import { err, ok, type Result } from '../lib/result.js';
import type {
  Change,
  Commit,
  Conflict,
  Contents,
  ListQuery,
  Operation,
  Page,
  Store,
  StoredResource,
  Transaction,
  Watcher,
} from '../store/store.js';
import type { Keyring } from './keyring.js';
import { openSpec, sealSpec } from './secret-cipher.js';

/**
 * A store whose specs of these types are encrypted below it and plain above it. Reading what none of the keys opens
 * rejects with a `StoreError` (`key`).
 */
export function encryptSecrets(store: Store, keyring: Keyring, types: ReadonlySet<string>): Store {
  const seal = (operation: Operation): Operation =>
    operation.op === 'put' && types.has(operation.key.type)
      ? { ...operation, spec: sealSpec(keyring, operation.key, operation.spec), value: undefined }
      : operation;
  const open = (resource: StoredResource): StoredResource =>
    types.has(resource.type) ? { ...resource, spec: openSpec(keyring, resource, resource.spec) } : resource;
  const openChange = (change: Change): Change =>
    change.resource === undefined ? change : { ...change, resource: open(change.resource) };
  const openConflict = (conflict: Conflict): Conflict =>
    conflict.conflict === 'expected' && conflict.actual !== undefined
      ? { ...conflict, actual: open(conflict.actual) }
      : conflict;
  return {
    get: async (key) => {
      const resource = await store.get(key);
      return resource && open(resource);
    },
    list: async (query: ListQuery): Promise<Page> => {
      const page = await store.list(query);
      return types.has(query.type) ? { ...page, items: page.items.map(open) } : page;
    },
    counts: () => store.counts(),
    readAll: async (): Promise<Contents> => {
      const contents = await store.readAll();
      return { ...contents, resources: contents.resources.map(open) };
    },
    transact: async (transaction: Transaction): Promise<Result<Commit, Conflict>> => {
      const result = await store.transact({ ...transaction, operations: transaction.operations.map(seal) });
      return result.ok
        ? ok({ ...result.value, changes: result.value.changes.map(openChange) })
        : err(openConflict(result.error));
    },
    watch: (after, watcher: Watcher) =>
      store.watch(after, (changes) => {
        watcher(changes.map(openChange));
      }),
    revision: () => store.revision(),
    ping: () => store.ping(),
    close: () => store.close(),
  };
}
