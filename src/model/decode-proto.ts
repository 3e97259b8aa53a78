import type { TSchema } from 'typebox';

import { parseGoDuration } from '../lib/go-duration.js';
import { formatProtoDuration } from '../lib/proto-duration.js';
import { NumberText } from '../lib/json-text.js';
import { err, ok, type Result } from '../lib/result.js';
import type { DroppedField } from './dropped-field.js';
import type { ProtoKeywords } from './proto.js';
import { compareBytes } from './resource.js';

/** A message as it is stored, and the fields that were dropped because the schema does not know them. */
export interface DecodedProto {
  readonly value: unknown;
  readonly dropped: readonly DroppedField[];
}

/** A schema made by the combinators of `proto.ts`. */
interface ProtoNode extends Partial<ProtoKeywords> {
  readonly 'x-wrapper'?: boolean;
  readonly properties?: Readonly<Record<string, ProtoNode>>;
  readonly patternProperties?: Readonly<Record<string, ProtoNode>>;
  readonly items?: ProtoNode;
}

/** The value, or undefined for what counts as absent. */
type Decoded = Result<unknown, string>;

const absent: Decoded = ok(undefined);

/**
 * Reads the JSON of a protobuf message as Kuma 2.5 does, leniently, into the form in which it is answered: fields in the
 * schema's order, maps sorted, default values left out, unknown fields dropped. The error is a text for
 * `invalid <Type> object: '…'`; the first problem ends the reading.
 */
export function decodeProto(schema: TSchema, input: unknown): Result<DecodedProto, string> {
  const dropped: DroppedField[] = [];
  const decoded = decode(schema, input, '', dropped);
  return decoded.ok ? ok({ value: decoded.value ?? {}, dropped }) : decoded;
}

function decode(schema: ProtoNode, input: unknown, path: string, dropped: DroppedField[]): Decoded {
  if (input === undefined || input === null) return absent;
  const type = schema['x-proto'] ?? 'struct';
  switch (type) {
    case 'message':
      return decodeMessage(schema.properties ?? {}, input, path, dropped);
    case 'repeated':
      return decodeRepeated(schema.items ?? {}, input, path, dropped);
    case 'map':
      return decodeMap(schema, input, path, dropped);
    case 'struct':
      return isRecord(input) ? decodeStruct(input, path) : refuse(path, 'an object', input);
    case 'string':
      return typeof input === 'string' ? keep(schema, input, '') : refuse(path, 'a string', input);
    case 'bool':
      return typeof input === 'boolean' ? keep(schema, input, false) : refuse(path, 'true or false', input);
    case 'uint32':
      return decodeUnsigned(schema, input, path, 4_294_967_295n);
    case 'uint64':
      return decodeUnsigned(schema, input, path, 18_446_744_073_709_551_615n);
    case 'double':
    case 'float':
      return decodeFloat(schema, type, input, path);
    case 'bytes':
      return decodeBytes(input, path);
    case 'enum':
      return decodeEnum(schema['x-enum'] ?? [], input, path);
    case 'duration':
      return decodeDuration(input, path);
  }
}

/** Plain fields that hold their default value count as absent; in wrappers it counts as set. */
const keep = (schema: ProtoNode, value: unknown, zero: unknown): Decoded =>
  value === zero && schema['x-wrapper'] !== true ? absent : ok(value);

const refuse = (path: string, expected: string, input: unknown): Result<never, string> =>
  err(`${path === '' ? 'the object' : path}: expected ${expected}, got ${shorten(input)}`);

function shorten(input: unknown): string {
  const text = input instanceof NumberText ? input.text : JSON.stringify(input);
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

function decodeMessage(
  fields: Readonly<Record<string, ProtoNode>>,
  input: unknown,
  path: string,
  dropped: DroppedField[],
): Decoded {
  if (!isRecord(input)) return refuse(path, 'an object', input);
  const value = new Map<string, unknown>();
  const read = new Set<string>();
  const chosen = new Map<string, string>();
  for (const [name, field] of Object.entries(fields)) {
    const at = path === '' ? name : `${path}.${name}`;
    const alt = field['x-alt'];
    const source = Object.hasOwn(input, name) ? name : alt !== undefined && Object.hasOwn(input, alt) ? alt : undefined;
    if (alt !== undefined) read.add(alt);
    read.add(name);
    if (source === undefined || input[source] === null) continue;
    const decoded = decode(field, input[source], at, dropped);
    if (!decoded.ok) return decoded;
    const group = field['x-oneof'];
    // members of a oneof have presence: they are kept even when they hold their default value
    const kept = decoded.value ?? (group === undefined ? undefined : defaultOf(field));
    if (kept === undefined) continue;
    const earlier = group === undefined ? undefined : chosen.get(group);
    if (earlier !== undefined) value.delete(earlier);
    if (group !== undefined) chosen.set(group, name);
    value.set(name, kept);
  }
  const siblings = Object.keys(fields);
  for (const name of Object.keys(input))
    if (!read.has(name)) dropped.push({ path: path === '' ? name : `${path}.${name}`, name, siblings });
  return ok(Object.fromEntries(value));
}

function decodeRepeated(items: ProtoNode, input: unknown, path: string, dropped: DroppedField[]): Decoded {
  if (!Array.isArray(input)) return refuse(path, 'a list', input);
  const list: unknown[] = [];
  for (const [i, each] of input.entries()) {
    const decoded = decode(items, each, `${path}[${i}]`, dropped);
    if (!decoded.ok) return decoded;
    list.push(decoded.value ?? defaultOf(items));
  }
  return list.length === 0 ? absent : ok(list);
}

function decodeMap(schema: ProtoNode, input: unknown, path: string, dropped: DroppedField[]): Decoded {
  if (!isRecord(input)) return refuse(path, 'an object', input);
  const values = Object.values(schema.patternProperties ?? {})[0] ?? {};
  const entries = Object.entries(input).sort(([a], [b]) => compareBytes(a, b));
  const map: Record<string, unknown> = {};
  for (const [key, each] of entries) {
    const decoded = decode(values, each, `${path}[${JSON.stringify(key)}]`, dropped);
    if (!decoded.ok) return decoded;
    map[key] = decoded.value ?? defaultOf(values);
  }
  return entries.length === 0 && schema['x-keep-empty'] !== true ? absent : ok(map);
}

/** What stands in a list, map or oneof for an element that holds its default value. */
function defaultOf(schema: ProtoNode): string | number | boolean | object | null {
  const type = schema['x-proto'] ?? 'struct';
  switch (type) {
    case 'string':
    case 'duration':
      return '';
    case 'bool':
      return false;
    case 'uint32':
    case 'double':
    case 'float':
      return 0;
    case 'uint64':
      return '0';
    case 'enum':
      return schema['x-enum']?.[0] ?? 0;
    case 'bytes':
      return null;
    case 'message':
    case 'map':
    case 'struct':
      return {};
    case 'repeated':
      return [];
  }
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
function decodeUnsigned(schema: ProtoNode, input: unknown, path: string, most: bigint): Decoded {
  const text = numberText(input);
  // more digits than any number has would take more than linear time to read
  const isWhole = text !== undefined && /^(?:0|[1-9][0-9]{0,19})$/.test(text);
  if (!isWhole || BigInt(text) > most) return refuse(path, `a whole number from 0 to ${most}`, input);
  return schema['x-proto'] === 'uint64' ? keep(schema, text, '0') : keep(schema, Number(text), 0);
}

const specialNumbers = new Set(['NaN', 'Infinity', '-Infinity']);

function decodeFloat(schema: ProtoNode, type: 'double' | 'float', input: unknown, path: string): Decoded {
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
const refuseBytes = (path: string): Result<never, string> => err(`${path}: expected a text in base64`);

/** Standard base64 with padding; line breaks are ignored; a list of byte values is taken too. */
function decodeBytes(input: unknown, path: string): Decoded {
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

function decodeEnum(names: readonly (string | undefined)[], input: unknown, path: string): Decoded {
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
function decodeDuration(input: unknown, path: string): Decoded {
  const nanoseconds = typeof input === 'string' ? parseGoDuration(input) : undefined;
  return nanoseconds === undefined
    ? refuse(path, 'a duration such as 10s, 1m30s or 250ms', input)
    : ok(formatProtoDuration(nanoseconds));
}

/** Free JSON: keys sorted on every level, numbers as 64-bit floats. */
function decodeStruct(value: unknown, path: string): Decoded {
  if (value instanceof NumberText) {
    const number = Number(value.text);
    return Number.isFinite(number) ? ok(number) : refuse(path, 'a number within range', value);
  }
  if (typeof value !== 'object' || value === null) return ok(value);
  const entries = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value).sort(([a], [b]) => compareBytes(a, b));
  const decoded: [string | number, unknown][] = [];
  for (const [key, each] of entries) {
    const inner = decodeStruct(each, typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`);
    if (!inner.ok) return inner;
    decoded.push([key, inner.value]);
  }
  return ok(Array.isArray(value) ? decoded.map(([, each]) => each) : Object.fromEntries(decoded));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
