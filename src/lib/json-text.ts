import { LosslessNumber, parse } from 'lossless-json';

import { err, ok, type Result } from './result.js';

/** A JSON number whose text says more than its value: `10.0`, `1e2`, `-0`, or digits beyond exact numbers. */
export class NumberText {
  constructor(readonly text: string) {}
}

/** True for objects of JSON. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);

/** Why a text is refused. */
export interface JsonTextError {
  readonly kind: 'syntax' | 'depth' | 'forbidden-key';
  /** What is wrong, for people. */
  readonly text: string;
}

/** What such numbers look like in a text that holds no strings; and where a value may begin, in any text. */
const numberText = /[0-9][.eE]|-0|[0-9]{16}/;
const numberTextAsValue = /(?:^|[\s:,[])(?:-0|-?[0-9]+[.eE]|-?[0-9]{16})/;
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"/g;
/** Strings are full of what looks like such numbers, addresses above all, and the second parse is slow. */
const mayHoldNumberText = (json: string): boolean =>
  numberTextAsValue.test(json) && numberText.test(json.replace(strings, ''));

const forbiddenKeys = new Set(['__proto__', 'constructor']);

/**
 * Parses JSON that comes from outside. Of duplicate keys the last one counts. Numbers are JavaScript numbers, or
 * `NumberText` where that would lose what was written. Halves of surrogate pairs become U+FFFD, as in Go: no text of
 * protobuf may hold them. Keys that are dangerous to JavaScript are refused anywhere.
 */
export function parseJsonText(
  given: string,
  { maxDepth }: { readonly maxDepth: number },
): Result<unknown, JsonTextError> {
  const text = replaceLoneSurrogates(given);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err({ kind: 'syntax', text: describeSyntaxError(text, maxDepth) });
  }
  const trouble = inspect(value, maxDepth);
  if (trouble !== undefined) return err(describeTrouble(trouble));
  if (!mayHoldNumberText(text)) return ok(value);
  // a value that a later duplicate of its key hides was not looked at so far, but the second parser descends into it
  if (measureDepth(text) > maxDepth)
    return err({ kind: 'depth', text: 'nested too deeply in a value whose key is given twice' });
  return ok(
    toNumberTexts(
      parse(text, undefined, {
        parseNumber: (number) => (String(Number(number)) === number ? Number(number) : new LosslessNumber(number)),
        onDuplicateKey: ({ newValue }) => newValue,
      }),
    ),
  );
}

const surrogateEscape = /\\u[dD][89a-fA-F]/;
/** What must be passed over, which is escaped backslashes and pairs of surrogates, or else one surrogate. */
const surrogates = /\\\\|\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[dD][89a-fA-F][\da-fA-F]{2}/g;

const replaceLoneSurrogates = (json: string): string =>
  surrogateEscape.test(json)
    ? json.replace(surrogates, (escape) => (escape.length === '\\ud800'.length ? '\\ufffd' : escape))
    : json;

/** What must not be, and where; the outermost key first. */
interface Trouble {
  readonly kind: 'depth' | 'forbidden-key';
  readonly path: readonly (string | number)[];
}

/** Every write passes here: plain loops take half the time of iterators. */
function inspect(value: unknown, levels: number): Trouble | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (levels === 0) return { kind: 'depth', path: [] };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const trouble = inspect(value[i], levels - 1);
      if (trouble !== undefined) return { ...trouble, path: [i, ...trouble.path] };
    }
    return undefined;
  }
  // what was parsed has no keys but its own
  for (const key in value) {
    if (forbiddenKeys.has(key)) return { kind: 'forbidden-key', path: [key] };
    const trouble = inspect((value as Readonly<Record<string, unknown>>)[key], levels - 1);
    if (trouble !== undefined) return { ...trouble, path: [key, ...trouble.path] };
  }
  return undefined;
}

function describeTrouble({ kind, path }: Trouble): JsonTextError {
  const at = shorten(
    path.reduce<string>(
      (before, step) => (typeof step === 'number' ? `${before}[${step}]` : before === '' ? step : `${before}.${step}`),
      '',
    ),
  );
  return { kind, text: kind === 'depth' ? `nested too deeply at ${at}` : `the key ${at} is not allowed` };
}

/** The second parser's words name the position, and are the same on every version of Node. */
function describeSyntaxError(text: string, maxDepth: number): string {
  // it descends by calling itself
  if (measureDepth(text) > maxDepth) return 'not JSON, and nested too deeply to say where';
  try {
    parse(text, undefined, { onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    // of some numbers it complains in an error of another type
    const message = error instanceof Error ? error.message : '';
    // the position stands at the end, after what may be a long number
    return `not JSON: ${message.length <= 120 ? message : `${message.slice(0, 60)}...${message.slice(-57)}`}`;
  }
  return 'not JSON';
}

/** How deep the objects and lists of a text stand inside each other, up to where it ceases to be JSON. */
function measureDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isString) {
      if (character === '\\') i++;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}

const shorten = (path: string): string => (path.length <= 60 ? path : `...${path.slice(-57)}`);

/** The library's numbers as ours, so that no other room knows the library. */
function toNumberTexts(value: unknown): unknown {
  if (value instanceof LosslessNumber) return new NumberText(value.value);
  if (Array.isArray(value)) return value.map(toNumberTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toNumberTexts(each)]));
}
