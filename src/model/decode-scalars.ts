import { parseGoDuration } from '../lib/go-duration.js';
import { NumberText } from '../lib/json-text.js';
import { formatProtoDuration } from '../lib/proto-duration.js';
import { err, ok, type Result } from '../lib/result.js';
import type { ProtoKeywords } from './proto.js';

/** A schema made by the combinators of `proto.ts`. */
export interface ProtoNode extends Partial<ProtoKeywords> {
  readonly 'x-wrapper'?: boolean;
  readonly properties?: Readonly<Record<string, ProtoNode>>;
  readonly patternProperties?: Readonly<Record<string, ProtoNode>>;
  readonly items?: ProtoNode;
}

/** Where a value stands; it becomes a text only when something is said about it. */
export interface Path {
  readonly above: Path | undefined;
  /** A field of a message, a place in a list, or a key of a map. */
  readonly step: string | number | { readonly key: string };
}

/** The path as errors name it; empty for the whole object. */
export function renderPath(path: Path | undefined): string {
  if (path === undefined) return '';
  const { above, step } = path;
  const before = renderPath(above);
  if (typeof step === 'string') return before === '' ? step : `${before}.${step}`;
  return `${before}[${typeof step === 'number' ? step : JSON.stringify(step.key)}]`;
}

/** The value, or undefined for what counts as absent. */
export type Decoded = Result<unknown, string>;

/** A value that counts as absent. */
export const absent: Decoded = ok(undefined);

/** Plain fields that hold their default value count as absent; in wrappers it counts as set. */
export const keep = (schema: ProtoNode, value: unknown, zero: unknown): Decoded =>
  value === zero && schema['x-wrapper'] !== true ? absent : ok(value);

/** Says what a value should have been. */
export const refuse = (path: Path | undefined, expected: string, input: unknown): Result<never, string> =>
  err(`${path === undefined ? 'the object' : renderPath(path)}: expected ${expected}, got ${shorten(input)}`);

function shorten(input: unknown): string {
  const text = input instanceof NumberText ? input.text : JSON.stringify(input);
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

/** The text of a JSON number, also of a quoted one with spaces around it; quoted `null` is zero (Kuma 2.5). */
function numberText(input: unknown): string | undefined {
  if (input instanceof NumberText) return input.text;
  if (typeof input === 'number') return String(input);
  if (typeof input !== 'string') return undefined;
  const text = input.replace(/^ +/, '').replace(/(?<! ) +$/, '');
  return text === 'null' ? '0' : text;
}

/** No sign, no leading zeros, no exponent. */
export function decodeUnsigned(schema: ProtoNode, input: unknown, path: Path | undefined, most: bigint): Decoded {
  // nearly all of them; a number that is not what was written is a `NumberText`
  if (typeof input === 'number' && schema['x-proto'] === 'uint32' && isUnsigned32(input)) return keep(schema, input, 0);
  const text = numberText(input);
  // more digits than any number has would take more than linear time to read
  const isWhole = text !== undefined && /^(?:0|[1-9][0-9]{0,19})$/.test(text);
  if (!isWhole || BigInt(text) > most) return refuse(path, `a whole number from 0 to ${most}`, input);
  return schema['x-proto'] === 'uint64' ? keep(schema, text, '0') : keep(schema, Number(text), 0);
}

const isUnsigned32 = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 4_294_967_295;

const specialNumbers = new Set(['NaN', 'Infinity', '-Infinity']);

/** A 64-bit number, or the shortest text of a 32-bit one. */
export function decodeFloat(
  schema: ProtoNode,
  type: 'double' | 'float',
  input: unknown,
  path: Path | undefined,
): Decoded {
  // a number that JSON cannot hold is kept and answered as a text
  if (typeof input === 'string' && specialNumbers.has(input)) return ok(input);
  const text = numberText(input);
  if (text === undefined || !/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text)) {
    return refuse(path, 'a number', input);
  }
  const value = Number(text);
  if (!Number.isFinite(value)) return refuse(path, 'a number within range', input);
  if (type === 'double') return keep(schema, value, 0);
  const single = Math.fround(value);
  return Number.isFinite(single)
    ? keep(schema, shortestFloat(single), 0)
    : refuse(path, 'a number within 32 bits', input);
}

/** The shortest decimal that reads back as the same 32-bit number. */
function shortestFloat(single: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(single.toPrecision(digits));
    if (Math.fround(candidate) === single) return candidate;
  }
  return single;
}

/** What should be bytes may be a secret, and is not repeated. */
const refuseBytes = (path: Path | undefined): Result<never, string> =>
  err(`${renderPath(path)}: expected a text in base64`);

/** Standard base64 with padding; line breaks are ignored; a list of byte values is taken too. */
export function decodeBytes(input: unknown, path: Path | undefined): Decoded {
  if (Array.isArray(input)) {
    // as Go reads bytes, null is 0
    if (!input.every((each) => each === null || (Number.isInteger(each) && Number(each) >= 0 && Number(each) <= 255)))
      return refuseBytes(path);
    return input.length === 0 ? absent : ok(Buffer.from(input as number[]).toString('base64'));
  }
  if (typeof input !== 'string') return refuseBytes(path);
  const text = input.replace(/[\r\n]/g, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return refuseBytes(path);
  return text === '' ? absent : ok(Buffer.from(text, 'base64').toString('base64'));
}

/** By name or number; the first name is the default value, and a number without a name is kept. */
export function decodeEnum(names: readonly (string | undefined)[], input: unknown, path: Path | undefined): Decoded {
  const expected = `one of ${names.filter((name) => name !== undefined).join(', ')}`;
  if (typeof input === 'string') {
    const index = names.indexOf(input);
    if (index < 0) return refuse(path, expected, input);
    return index === 0 ? absent : ok(input);
  }
  const number = input instanceof NumberText && input.text === '-0' ? 0 : input;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < -2_147_483_648 || number > 2_147_483_647) {
    return refuse(path, expected, input);
  }
  return number === 0 ? absent : ok(names[number] ?? number);
}

/** Go's notation in, protobuf's out: seconds with 0, 3, 6 or 9 decimals. */
export function decodeDuration(input: unknown, path: Path | undefined): Decoded {
  const nanoseconds = typeof input === 'string' ? parseGoDuration(input) : undefined;
  return nanoseconds === undefined
    ? refuse(path, 'a duration such as 10s, 1m30s or 250ms', input)
    : ok(formatProtoDuration(nanoseconds));
}
