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

/** Where a value stands; it becomes a text only when something is said about it. */
interface Path {
  readonly above: Path | undefined;
  /** A field of a message, a place in a list, or a key of a map. */
  readonly step: string | number | { readonly key: string };
}

function renderPath(path: Path | undefined): string {
  if (path === undefined) return '';
  const { above, step } = path;
  const before = renderPath(above);
  if (typeof step === 'string') return before === '' ? step : `${before}.${step}`;
  return `${before}[${typeof step === 'number' ? step : JSON.stringify(step.key)}]`;
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
  const decoded = decode(schema, input, undefined, dropped);
  return decoded.ok ? ok({ value: decoded.value ?? {}, dropped }) : decoded;
}

function decode(schema: ProtoNode, input: unknown, path: Path | undefined, dropped: DroppedField[]): Decoded {
  if (input === undefined || input === null) return absent;
  const type = schema['x-proto'] ?? 'struct';
  switch (type) {
    case 'message':
      return decodeMessage(schema, input, path, dropped);
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

const refuse = (path: Path | undefined, expected: string, input: unknown): Result<never, string> =>
  err(`${path === undefined ? 'the object' : renderPath(path)}: expected ${expected}, got ${shorten(input)}`);

function shorten(input: unknown): string {
  const text = input instanceof NumberText ? input.text : JSON.stringify(input);
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

/** A field of a message, ready to be read. */
interface Field {
  readonly name: string;
  readonly node: ProtoNode;
  readonly alt: string | undefined;
  readonly group: string | undefined;
}

/** The fields of a message, and every name under which one is accepted. */
interface Message {
  readonly fields: readonly Field[];
  readonly names: ReadonlySet<string>;
}

/** Of each message once: every write reads the same few. */
const messages = new WeakMap<ProtoNode, Message>();

function openMessage(schema: ProtoNode): Message {
  const known = messages.get(schema);
  if (known !== undefined) return known;
  const fields = Object.entries(schema.properties ?? {}).map(([name, node]) => ({
    name,
    node,
    alt: node['x-alt'],
    group: node['x-oneof'],
  }));
  const message = {
    fields,
    names: new Set(fields.flatMap(({ name, alt }) => (alt === undefined ? name : [name, alt]))),
  };
  messages.set(schema, message);
  return message;
}

function decodeMessage(schema: ProtoNode, input: unknown, path: Path | undefined, dropped: DroppedField[]): Decoded {
  if (!isRecord(input)) return refuse(path, 'an object', input);
  const { fields, names } = openMessage(schema);
  const value: Record<string, unknown> = {};
  for (const { name, node, alt, group } of fields) {
    const source = Object.hasOwn(input, name) ? name : alt !== undefined && Object.hasOwn(input, alt) ? alt : undefined;
    if (source === undefined || input[source] === null) continue;
    const decoded = decode(node, input[source], { above: path, step: name }, dropped);
    if (!decoded.ok) return decoded;
    // members of a oneof have presence: they are kept even when they hold their default value
    const kept = decoded.value ?? (group === undefined ? undefined : defaultOf(node));
    if (kept === undefined) continue;
    if (group !== undefined) dropOthers(value, fields, group);
    value[name] = kept;
  }
  for (const name of Object.keys(input)) {
    if (names.has(name)) continue;
    const siblings = fields.map((field) => field.name);
    dropped.push({ path: renderPath({ above: path, step: name }), name, siblings });
  }
  return ok(value);
}

/** The last of a oneof wins. */
function dropOthers(value: Record<string, unknown>, fields: readonly Field[], group: string): void {
  for (const { name, group: other } of fields) if (other === group) Reflect.deleteProperty(value, name);
}

function decodeRepeated(items: ProtoNode, input: unknown, path: Path | undefined, dropped: DroppedField[]): Decoded {
  if (!Array.isArray(input)) return refuse(path, 'a list', input);
  const list: unknown[] = [];
  for (const [i, each] of input.entries()) {
    const decoded = decode(items, each, { above: path, step: i }, dropped);
    if (!decoded.ok) return decoded;
    list.push(decoded.value ?? defaultOf(items));
  }
  return list.length === 0 ? absent : ok(list);
}

function decodeMap(schema: ProtoNode, input: unknown, path: Path | undefined, dropped: DroppedField[]): Decoded {
  if (!isRecord(input)) return refuse(path, 'an object', input);
  const values = Object.values(schema.patternProperties ?? {})[0] ?? {};
  const keys = Object.keys(input).sort(compareBytes);
  const map: Record<string, unknown> = {};
  for (const key of keys) {
    const decoded = decode(values, input[key], { above: path, step: { key } }, dropped);
    if (!decoded.ok) return decoded;
    map[key] = decoded.value ?? defaultOf(values);
  }
  return keys.length === 0 && schema['x-keep-empty'] !== true ? absent : ok(map);
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
function decodeUnsigned(schema: ProtoNode, input: unknown, path: Path | undefined, most: bigint): Decoded {
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

function decodeFloat(schema: ProtoNode, type: 'double' | 'float', input: unknown, path: Path | undefined): Decoded {
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
function decodeBytes(input: unknown, path: Path | undefined): Decoded {
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

function decodeEnum(names: readonly (string | undefined)[], input: unknown, path: Path | undefined): Decoded {
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
function decodeDuration(input: unknown, path: Path | undefined): Decoded {
  const nanoseconds = typeof input === 'string' ? parseGoDuration(input) : undefined;
  return nanoseconds === undefined
    ? refuse(path, 'a duration such as 10s, 1m30s or 250ms', input)
    : ok(formatProtoDuration(nanoseconds));
}

/** Free JSON: keys sorted on every level, numbers as 64-bit floats. */
function decodeStruct(value: unknown, path: Path | undefined): Decoded {
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
    const inner = decodeStruct(each, { above: path, step: key });
    if (!inner.ok) return inner;
    decoded.push([key, inner.value]);
  }
  return ok(Array.isArray(value) ? decoded.map(([, each]) => each) : Object.fromEntries(decoded));
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
