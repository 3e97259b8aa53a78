import { isEqualJson } from '../lib/is-equal.js';
import type { Dataplane } from '../model/dataplane.js';
import { offlineNode, type ProxyNode } from '../plan/proxy-node.js';
import { dataplaneOf, resourcesByName, type MeshSnapshot, type Question } from '../snapshot/mesh-snapshot.js';
import { SnapshotMemo } from '../snapshot/snapshot-memo.js';

/** A proxy that is asked for. */
interface Asked {
  readonly name: string;
  readonly node: ProxyNode;
}

/** So many may go before anything is forgotten for it. */
const fewProxies = 10;

/** Stands for what a connected proxy tells of itself. */
const anyNode: ProxyNode = { ...offlineNode };

/** What is made of a proxy. */
type Make<Made> = (snapshot: MeshSnapshot, dataplane: Dataplane, node: ProxyNode) => Made;

/**
 * What was made of the proxies of one mesh: of each the newest as it is connected, and the newest as if it was not. All
 * goes when the mesh does, and what belongs to a Dataplane with it.
 */
export class ProxyMemo<Made> {
  readonly #memo: SnapshotMemo;
  readonly #question: Question<Asked, Made>;
  /** The most Dataplanes that the mesh had since it was last seen to how many are gone. */
  #most = 0;

  constructor(snapshot: MeshSnapshot, make: Make<Made>, settle: (before: Made, after: Made) => Made) {
    this.#memo = new SnapshotMemo(snapshot);
    this.#question = {
      keyOf: ({ name, node }) => (node === offlineNode ? `offline ${name}` : `online ${name}`),
      answer: (asked, { name, node }) => {
        const dataplane = dataplaneOf(asked, name);
        if (dataplane === undefined) throw new Error(`there is no Dataplane ${name} any more`);
        return make(asked, dataplane, node);
      },
      settle,
    };
  }

  /** What is made of a Dataplane of the snapshot. */
  recall(snapshot: MeshSnapshot, asked: Asked): Made {
    this.moveTo(snapshot);
    const before = this.#memo.lastArg(this.#question, asked);
    return before === undefined || isSameNode(before.node, asked.node)
      ? this.#memo.ask(this.#question, asked)
      : this.#memo.askAnew(this.#question, asked);
  }

  /** Whether something else may be made now of a connected proxy than at a snapshot before. */
  isMoved(name: string, previous: MeshSnapshot, now: MeshSnapshot): boolean {
    this.moveTo(now);
    return this.#memo.isMoved(this.#question, { name, node: anyNode }, previous);
  }

  /** How much is remembered, in answers. */
  get size(): number {
    return this.#memo.size;
  }

  /** What is made from now on is made of this snapshot. */
  moveTo(snapshot: MeshSnapshot): void {
    this.#memo.moveTo(snapshot);
    const isKept = ({ name }: Asked): boolean => dataplaneOf(snapshot, name) !== undefined;
    const count = resourcesByName(snapshot, 'Dataplane').size;
    this.#most = Math.max(this.#most, count);
    if (this.#most > 2 * count + fewProxies) {
      this.#memo.sweep(this.#question, isKept);
      this.#most = count;
    } else this.#memo.sweepWhenDue(this.#question, isKept);
  }
}

/** A proxy that connects again tells of itself anew, and mostly the same. */
function isSameNode(before: ProxyNode, after: ProxyNode): boolean {
  if (before === after) return true;
  const [a, b] = [before.extensions, after.extensions];
  return (
    isEqualJson({ ...before, extensions: undefined }, { ...after, extensions: undefined }) &&
    (a === b || (a !== undefined && b !== undefined && isEqualJson([...a].sort(), [...b].sort())))
  );
}
