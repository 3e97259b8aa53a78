import { err, ok, type Result } from './result.js';

/** An operation of JSON Patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy';
  /** A JSON pointer; what stands before its first slash does not count. */
  readonly path: string;
  readonly from?: string | undefined;
  readonly value?: unknown;
}

/** Characters of JSON that a patch may copy, lest copies of copies fill the memory. */
const maxCopied = 1_048_576;

/** The largest index up to which lists are made or filled. */
const maxFilled = 1_000;

/**
 * A copy of the document with all operations applied in order; the error says why the first that does not apply does
 * not. Laxer than the RFC, as Kuma 2.5: negative indexes count from the end, what is removed may be missing, and
 * `add` makes the objects and lists on the way to its place.
 */
export function applyJsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): Result<unknown, string> {
  const draft: Draft = { root: copyJson(document), copied: 0 };
  for (const operation of operations) {
    const problem = applyOperation(draft, operation);
    if (problem !== undefined) return err(`${operation.op} ${operation.path}: ${problem}`);
  }
  return ok(draft.root);
}

interface Draft {
  root: unknown;
  copied: number;
}

type Container = unknown[] | Record<string, unknown>;

/** Where a pointer leads: a key of a container, which need not be there. */
interface Place {
  readonly container: Container;
  readonly key: string;
}

const missing = 'there is no such place';

/** A problem, or undefined when it was applied. */
function applyOperation(draft: Draft, { op, path, from = '', value }: JsonPatchOperation): string | undefined {
  const keys = readPointer(path);
  switch (op) {
    case 'add':
      return prepare(draft.root, keys) ?? addAt(findPlace(draft.root, keys), copyJson(value));
    case 'remove':
      return removeAt(findPlace(draft.root, keys));
    case 'replace':
      return path === '' ? replaceRoot(draft, value) : replaceAt(findPlace(draft.root, keys), copyJson(value));
    case 'move': {
      const place = findPlace(draft.root, readPointer(from));
      const moved = place && valueAt(place);
      if (place === undefined || moved === undefined) return missing;
      return removeAt(place) ?? addAt(findPlace(draft.root, keys), moved.value);
    }
    case 'copy': {
      const place = findPlace(draft.root, readPointer(from));
      const copied = place && valueAt(place);
      if (copied === undefined) return missing;
      draft.copied += JSON.stringify(copied.value).length;
      return draft.copied > maxCopied
        ? 'too much is copied'
        : addAt(findPlace(draft.root, keys), copyJson(copied.value));
    }
  }
}

/** The keys of a JSON pointer; none for the whole document. */
const readPointer = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

function findPlace(root: unknown, keys: readonly string[]): Place | undefined {
  const key = keys.at(-1);
  if (key === undefined) return undefined;
  let container = root;
  for (const step of keys.slice(0, -1)) {
    if (!isContainer(container)) return undefined;
    container = valueAt({ container, key: step })?.value;
  }
  return isContainer(container) ? { container, key } : undefined;
}

function valueAt({ container, key }: Place): { readonly value: unknown } | undefined {
  if (!Array.isArray(container)) return key in container ? { value: container[key] } : undefined;
  const index = indexOf(container, key);
  return index === undefined || index >= container.length ? undefined : { value: container[index] };
}

/** An index that may be one beyond the last; undefined for any other key. */
function indexOf(list: readonly unknown[], key: string, end = list.length): number | undefined {
  const index = readIndex(key);
  if (index === undefined) return undefined;
  const fromStart = index < 0 ? index + end : index;
  return fromStart >= 0 && fromStart <= list.length ? fromStart : undefined;
}

const readIndex = (key: string): number | undefined => (/^[+-]?[0-9]+$/.test(key) ? Number(key) : undefined);

function addAt(place: Place | undefined, value: unknown): string | undefined {
  if (place === undefined) return missing;
  const { container, key } = place;
  if (!Array.isArray(container)) {
    container[key] = value;
    return undefined;
  }
  // behind the last element there is a place too
  const index = key === '-' ? container.length : indexOf(container, key, container.length + 1);
  if (index === undefined) return `${key} is no index of the list`;
  container.splice(index, 0, value);
  return undefined;
}

function removeAt(place: Place | undefined): string | undefined {
  if (place === undefined) return undefined;
  const { container, key } = place;
  if (!Array.isArray(container)) {
    Reflect.deleteProperty(container, key);
    return undefined;
  }
  if (readIndex(key) === undefined) return `${key} is no index`;
  const index = indexOf(container, key);
  if (index !== undefined) container.splice(index, 1);
  return undefined;
}

function replaceAt(place: Place | undefined, value: unknown): string | undefined {
  if (place === undefined || valueAt(place) === undefined) return missing;
  const { container, key } = place;
  if (Array.isArray(container)) container[indexOf(container, key) ?? 0] = value;
  else container[key] = value;
  return undefined;
}

/** What is neither object nor list leaves the document as it is (Kuma 2.5). */
function replaceRoot(draft: Draft, value: unknown): string | undefined {
  if (isContainer(value)) draft.root = copyJson(value);
  return undefined;
}

/** Makes the containers on the way: a list where the next key is an index, filled with null up to it, else an object. */
function prepare(root: unknown, keys: readonly string[]): string | undefined {
  let container = root;
  for (const [i, key] of keys.slice(0, -1).entries()) {
    if (!isContainer(container)) return missing;
    const present = valueAt({ container, key })?.value ?? undefined;
    const made = present ?? makeContainer(keys[i + 1] ?? '');
    if (typeof made === 'string') return made;
    if (present === undefined) {
      const problem = fillUpTo(container, key) ?? addAt({ container, key }, made);
      if (problem !== undefined) return problem;
    }
    container = made;
  }
  return undefined;
}

function makeContainer(nextKey: string): Container | string {
  const index = nextKey === '-' ? 0 : readIndex(nextKey);
  if (index === undefined) return emptyObject();
  if (index < -1 || index > maxFilled) return `there is no list with the index ${nextKey}`;
  return Array.from<unknown>({ length: Math.max(index, 0) }).fill(null);
}

function fillUpTo(container: Container, key: string): string | undefined {
  const index = Array.isArray(container) ? (readIndex(key) ?? 0) : 0;
  if (!Array.isArray(container) || index <= container.length) return undefined;
  if (index > maxFilled) return `there is no list with the index ${key}`;
  while (container.length < index) container.push(null);
  return undefined;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** Keys come from users: an object must have no key that they did not write. */
const emptyObject = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>;

function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson);
  if (!isContainer(value)) return value;
  const copy = emptyObject();
  for (const [key, each] of Object.entries(value)) copy[key] = copyJson(each);
  return copy;
}
