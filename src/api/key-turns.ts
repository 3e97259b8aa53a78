import type { ResourceKey } from '../model/resource.js';

/**
 * Lets the writes of one resource take turns, in the order in which they came, so that none of many has to try again and
 * again. Only a matter of this process: the store's conditions decide.
 */
export class KeyTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work after all that was asked for the key before. */
  async take<Value>({ type, mesh, name }: ResourceKey, work: () => Promise<Value>): Promise<Value> {
    const id = JSON.stringify([type, mesh, name]);
    const turn = (this.#last.get(id) ?? Promise.resolve()).then(work);
    const over = turn.catch(() => undefined);
    this.#last.set(id, over);
    try {
      return await turn;
    } finally {
      if (this.#last.get(id) === over) this.#last.delete(id);
    }
  }
}
