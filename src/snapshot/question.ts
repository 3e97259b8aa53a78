import type { Resource } from '../model/resource.js';
import { askedOf, contentsOf, type Contents, type MeshSnapshot, type Part, type Question } from './contents.js';

/** The answer to a question; noted where the snapshot notes what is read, and remembered there. */
export function ask<Arg, Value>(snapshot: MeshSnapshot, question: Question<Arg, Value>, arg: Arg): Value {
  const memory = snapshot[askedOf];
  return memory === undefined ? question.answer(snapshot, arg) : memory.ask(question, arg);
}

/** Where the answer to a question for the contents is found: in these parts, and among the resources of these types. */
interface Places<Name extends Exclude<keyof Contents, 'resources'>> {
  readonly parts: readonly Name[];
  readonly typesOf?: (name: string) => readonly string[];
}

const noResources: ReadonlyMap<string, Resource> = new Map();

/**
 * A question for the contents; answers are the same when they are identical. `read` is handed no more than the places,
 * so that it is known which changes concern the answer.
 */
export function askContents<Name extends Exclude<keyof Contents, 'resources'>, Value>(
  { parts, typesOf = () => [] }: Places<Name>,
  read: (
    contents: Pick<Contents, Name>,
    name: string,
    ofType: (type: number) => ReadonlyMap<string, Resource>,
  ) => Value,
): (snapshot: MeshSnapshot, name: string) => Value {
  const question: Question<string, Value> = {
    partsOf: (name) => [...parts.map((part): Part => `.${part}`), ...typesOf(name).map((type): Part => `type ${type}`)],
    keyOf: (name) => name,
    answer: (snapshot, name) => {
      const contents = snapshot[contentsOf];
      return read(contents, name, (i) => contents.resources.get(typesOf(name)[i] ?? '') ?? noResources);
    },
    settle: (_before, after) => after,
  };
  return (snapshot, name) => ask(snapshot, question, name);
}

/** What there is to say of an answer that is worked out of others. */
export interface Derivation<Arg, Value> {
  /** Must tell apart all arguments whose answers may differ. */
  readonly keyOf: (arg: Arg) => string;
  /** A pure function of the argument's key and of what it asks. */
  readonly answer: (snapshot: MeshSnapshot, arg: Arg) => Value;
  /** Absent: answers are the same when they are identical. */
  readonly settle?: (before: Value, after: Value) => Value;
}

/** A question whose answer is remembered, and worked out again only when the answer to one that it asked is another. */
export function derive<Arg, Value>({
  keyOf,
  answer,
  settle = (_before, after) => after,
}: Derivation<Arg, Value>): (snapshot: MeshSnapshot, arg: Arg) => Value {
  const question: Question<Arg, Value> = { keyOf, answer, settle };
  return (snapshot, arg) => ask(snapshot, question, arg);
}

/** For answers that are lists: the one before, if it has the same items. */
export const keepList = <Item>(before: readonly Item[], after: readonly Item[]): readonly Item[] =>
  before.length === after.length && before.every((item, i) => item === after[i]) ? before : after;
