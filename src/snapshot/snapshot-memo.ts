import {
  askedOf,
  contentsOf,
  listChanges,
  type Contents,
  type Memory,
  type MeshSnapshot,
  type Part,
  type Question,
} from './contents.js';

/** Counts the snapshots that a memo has seen. */
type Generation = number;

/** A question that was asked, the answer, and what had to be asked for it. */
class Entry {
  arg: unknown;
  value: unknown = undefined;
  /** In the order in which they were asked first. */
  asked: readonly Entry[] = [];
  /** Those who asked. */
  readonly askedBy = new Set<Entry>();
  /** When the answer was last known to hold; -1 = it has to be worked out. */
  checked: Generation = -1;
  /** Something may have changed that was asked for it, so that nobody knows whether it holds. */
  isUnsure = false;
  /** There is an answer, be it one that does not hold. */
  isAnswered = false;
  /** When it last became another one. */
  changed: Generation = -1;

  constructor(
    readonly question: Question<unknown, unknown>,
    arg: unknown,
  ) {
    this.arg = arg;
  }
}

/**
 * What more than so many asked for is worked out as soon as it may be another answer: if it is not, none of them has to
 * be looked at. What belongs to one proxy has fewer, and waits until somebody asks.
 */
const manyAskers = 8;

/**
 * Remembers the answers to questions about one mesh from snapshot to snapshot. An answer holds as long as all answers
 * hold that it was worked out of; which these are is noted while it is worked out. Who is told of a change are those who
 * asked, so that it costs nothing for all others. Snapshots may come in any order: what a change leads to depends on the
 * contents before and after alone.
 */
export class SnapshotMemo implements Memory {
  readonly #entries = new Map<Question<never, unknown>, Map<string, Entry>>();
  readonly #generations = new WeakMap<Contents, Generation>();
  readonly #view: MeshSnapshot;
  #contents: Contents;
  #generation: Generation = 0;
  /** What the answer that is being worked out has asked so far. */
  #asking: Set<Entry> | undefined;
  /** Questions for the contents, by where their answers are found. */
  readonly #inputs = new Map<Part, Set<Entry>>();
  #size = 0;
  #sizeWhenSwept = 0;

  constructor(snapshot: MeshSnapshot) {
    this.#contents = snapshot[contentsOf];
    this.#generations.set(this.#contents, 0);
    const current = (): Contents => this.#contents;
    this.#view = {
      name: snapshot.name,
      get [contentsOf]() {
        return current();
      },
      [askedOf]: this,
    };
  }

  /** Answers from now on hold for this snapshot. */
  moveTo(snapshot: MeshSnapshot): void {
    const contents = snapshot[contentsOf];
    if (contents === this.#contents) return;
    const changes = listChanges(this.#contents, contents);
    this.#contents = contents;
    // most writes change nothing that anybody asked for: then all that holds goes on to hold
    const changed = changes.flatMap((part) => this.#readAgain(part, this.#generation + 1));
    if (changed.length > 0) {
      this.#generation++;
      this.#tell(changed);
    }
    // who was there before is told of all that changed since then
    if (!this.#generations.has(contents)) this.#generations.set(contents, this.#generation);
  }

  ask<Arg, Value>(question: Question<Arg, Value>, arg: Arg): Value {
    const entry = this.#entryOf(question, arg);
    this.#refresh(entry);
    this.#asking?.add(entry);
    return entry.value as Value;
  }

  /** As `ask`, but works the answer out once more: for an argument that differs in more than its key. */
  askAnew<Arg, Value>(question: Question<Arg, Value>, arg: Arg): Value {
    const entry = this.#entryOf(question, arg);
    entry.arg = arg;
    entry.checked = -1;
    return this.ask(question, arg);
  }

  /** The argument with the same key with which a question was asked before. */
  lastArg<Arg, Value>(question: Question<Arg, Value>, arg: Arg): Arg | undefined {
    return this.#answersTo(question).get(question.keyOf(arg))?.arg as Arg | undefined;
  }

  /** Whether the answer may be another one now than at a snapshot before; also when there is none. */
  isMoved<Arg, Value>(question: Question<Arg, Value>, arg: Arg, since: MeshSnapshot): boolean {
    const entry = this.#answersTo(question).get(question.keyOf(arg));
    if (entry === undefined) return true;
    return entry.changed > (this.#generations.get(since[contentsOf]) ?? -1) || !this.#holds(entry);
  }

  /** The same, now and then. */
  sweepWhenDue<Arg, Value>(question: Question<Arg, Value>, isKept: (arg: Arg) => boolean): void {
    if (this.#size > 2 * this.#sizeWhenSwept + 1000) this.sweep(question, isKept);
  }

  /** How many answers are remembered. */
  get size(): number {
    return this.#size;
  }

  /** Forgets all that is not needed for the answers to a question with the arguments that are kept. */
  sweep<Arg, Value>(question: Question<Arg, Value>, isKept: (arg: Arg) => boolean): void {
    const kept = [...this.#answersTo(question).values()].filter(({ arg }) => isKept(arg as Arg));
    const needed = new Set<Entry>(kept);
    // what is added on the way is visited too
    for (const entry of needed) for (const each of entry.asked) needed.add(each);
    for (const [asked, byKey] of this.#entries) {
      for (const [key, entry] of byKey) {
        if (needed.has(entry)) continue;
        byKey.delete(key);
        for (const each of entry.asked) each.askedBy.delete(entry);
      }
      if (byKey.size === 0) this.#entries.delete(asked);
    }
    for (const [part, inputs] of this.#inputs) {
      for (const entry of inputs) if (!needed.has(entry)) inputs.delete(entry);
      if (inputs.size === 0) this.#inputs.delete(part);
    }
    this.#size = needed.size;
    this.#sizeWhenSwept = needed.size;
  }

  #inputsIn(part: Part): Set<Entry> {
    const known = this.#inputs.get(part) ?? new Set<Entry>();
    this.#inputs.set(part, known);
    return known;
  }

  #answersTo(question: Question<never, unknown>): Map<string, Entry> {
    const known = this.#entries.get(question) ?? new Map<string, Entry>();
    this.#entries.set(question, known);
    return known;
  }

  /** Looks up again what was found in a part of the contents; what is another answer now. */
  #readAgain(part: Part, generation: Generation): readonly Entry[] {
    const changed: Entry[] = [];
    for (const entry of this.#inputs.get(part) ?? []) {
      if (!entry.isAnswered) continue;
      const value = entry.question.answer(this.#view, entry.arg);
      if (value === entry.value) continue;
      entry.value = value;
      entry.changed = generation;
      changed.push(entry);
    }
    return changed;
  }

  /** Makes all unsure that these answers may concern. */
  #tell(changed: readonly Entry[]): void {
    const shared: Entry[] = [];
    const tellAskers = ({ askedBy }: Entry): void => {
      for (const asker of askedBy) {
        if (asker.isUnsure) continue;
        asker.isUnsure = true;
        if (asker.askedBy.size > manyAskers) shared.push(asker);
        else tellAskers(asker);
      }
    };
    changed.forEach(tellAskers);
    // what is added on the way is visited too
    for (const entry of shared) if (!this.#isTheSame(entry)) tellAskers(entry);
  }

  #isTheSame(entry: Entry): boolean {
    try {
      this.#refresh(entry);
    } catch {
      // whoever asks is told
      return false;
    }
    return entry.changed !== this.#generation;
  }

  #entryOf<Arg, Value>(question: Question<Arg, Value>, arg: Arg): Entry {
    const byKey = this.#answersTo(question);
    const key = question.keyOf(arg);
    let entry = byKey.get(key);
    if (entry === undefined) {
      byKey.set(key, (entry = new Entry(question, arg)));
      this.#size++;
      for (const part of question.partsOf?.(arg) ?? []) this.#inputsIn(part).add(entry);
    }
    return entry;
  }

  #refresh(entry: Entry): void {
    if (this.#holds(entry)) return;
    const { question, arg, value, isAnswered } = entry;
    const outer = this.#asking;
    const asking = new Set<Entry>();
    this.#asking = asking;
    try {
      const answer = question.answer(this.#view, arg);
      entry.value = isAnswered ? question.settle(value, answer) : answer;
    } finally {
      this.#asking = outer;
    }
    if (!isAnswered || entry.value !== value) entry.changed = this.#generation;
    entry.isAnswered = true;
    this.#noteAsked(entry, asking);
    this.#settle(entry);
  }

  #noteAsked(entry: Entry, asked: ReadonlySet<Entry>): void {
    for (const each of entry.asked) if (!asked.has(each)) each.askedBy.delete(entry);
    for (const each of asked) each.askedBy.add(entry);
    entry.asked = [...asked];
  }

  #settle(entry: Entry): void {
    entry.checked = this.#generation;
    entry.isUnsure = false;
  }

  #holds(entry: Entry): boolean {
    if (entry.checked < 0) return false;
    if (!entry.isUnsure) return true;
    for (const each of entry.asked) {
      this.#refresh(each);
      if (each.changed > entry.checked) return false;
    }
    this.#settle(entry);
    return true;
  }
}
