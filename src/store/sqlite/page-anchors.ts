import { compareBytes, type Revision } from '../../model/resource.js';
import type { Change, ListQuery } from '../store.js';

/** A place in a list: so many resources stand before the first one that is not before this key. */
export interface Anchor {
  readonly mesh: string;
  readonly name: string;
  readonly rank: number;
}

/** The fewest resources between two anchors of one list. */
const spacing = 500;
/** The most lists, and anchors of each, that are kept. */
const mostLists = 64;
const mostAnchors = 1_000;

/**
 * Where the pages of long lists began that were read lately, so that OFFSET need not walk there again. They follow
 * every commit: what is created or deleted before an anchor moves it by one.
 */
export class PageAnchors {
  /** By type, or type and mesh; anchors by rank. */
  readonly #lists = new Map<string, { readonly type: string; readonly mesh: string | undefined; anchors: Anchor[] }>();
  #revision: Revision;

  /** `revision`: that of the file as it is opened. */
  constructor(revision: Revision) {
    this.#revision = revision;
  }

  /** The last anchor that is not beyond the offset; none when the file was read at another revision. */
  find({ type, mesh, offset }: ListQuery, revision: Revision): Anchor | undefined {
    if (revision !== this.#revision) return undefined;
    return this.#lists.get(toId(type, mesh))?.anchors.findLast(({ rank }) => rank <= offset);
  }

  /** Remembers where a page began. */
  learn({ type, mesh }: ListQuery, anchor: Anchor, revision: Revision): void {
    if (revision !== this.#revision) return;
    const id = toId(type, mesh);
    const list = this.#lists.get(id) ?? { type, mesh, anchors: [] };
    if (!this.#lists.has(id) && this.#lists.size >= mostLists) return;
    this.#lists.set(id, list);
    const isNear = list.anchors.some(({ rank }) => Math.abs(rank - anchor.rank) < spacing);
    if (isNear || list.anchors.length >= mostAnchors) return;
    list.anchors = [...list.anchors, anchor].sort((a, b) => a.rank - b.rank);
  }

  /** Follows a commit. */
  follow(changes: readonly Change[]): void {
    for (const { revision, op, key } of changes) {
      this.#revision = revision;
      if (op === 'update') continue;
      const step = op === 'create' ? 1 : -1;
      for (const list of [this.#lists.get(toId(key.type, undefined)), this.#lists.get(toId(key.type, key.mesh))]) {
        if (list === undefined) continue;
        list.anchors = list.anchors.map((anchor) =>
          (compareBytes(key.mesh, anchor.mesh) || compareBytes(key.name, anchor.name)) < 0
            ? { ...anchor, rank: anchor.rank + step }
            : anchor,
        );
      }
    }
  }
}

const toId = (type: string, mesh: string | undefined): string => JSON.stringify([type, mesh]);
