import { noFacets } from '../../src/model/resource.js';
import { openMemoryStore } from '../../src/store/memory/index.js';
import { renderSpec } from '../../src/store/spec-text.js';
import type { Store } from '../../src/store/store.js';
import { ampleLog, commit, keyOf, put, someTime } from '../store/fixtures.js';

/** A store in memory with these resources, written as they are. */
export async function storeWith(
  ...resources: readonly {
    readonly type: string;
    readonly mesh?: string;
    readonly name: string;
    readonly spec?: object;
  }[]
): Promise<Store> {
  const store = openMemoryStore({ changeLog: ampleLog });
  for (const resource of resources) await putSpec(store, resource);
  return store;
}

/** Writes a resource as it is. */
export const putSpec = (
  store: Store,
  { type, mesh = '', name, spec = {} }: { type: string; mesh?: string; name: string; spec?: object },
) => commit(store, put(keyOf(name, mesh, type), { spec: renderSpec(spec), facets: noFacets, time: someTime }));

/** The spec as it is stored; undefined when there is none. */
export async function readSpec(store: Store, type: string, mesh: string, name: string): Promise<unknown> {
  const stored = await store.get({ type, mesh, name });
  return stored && (JSON.parse(stored.spec) as unknown);
}

/** Callbacks that wait until a test lets their time come. */
export class HandClock {
  readonly #waiting = new Map<() => void, number>();

  readonly schedule = (callback: () => void, milliseconds: number): (() => void) => {
    this.#waiting.set(callback, milliseconds);
    return () => this.#waiting.delete(callback);
  };

  /** How long each waits. */
  get delays(): readonly number[] {
    return [...this.#waiting.values()];
  }

  /** Calls all that wait. */
  ring(): void {
    const callbacks = [...this.#waiting.keys()];
    this.#waiting.clear();
    for (const callback of callbacks) callback();
  }
}

/** Waits until what was begun has come to rest. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
