import type { TSchema } from 'typebox';

import { isRecord, NumberText } from '../lib/json-text.js';
import { ok, type Result } from '../lib/result.js';
import {
  absent,
  decodeBytes,
  decodeDuration,
  decodeEnum,
  decodeFloat,
  decodeUnsigned,
  keep,
  refuse,
  renderPath,
  type Decoded,
  type Path,
  type ProtoNode,
} from './decode-scalars.js';
import type { DroppedField } from './dropped-field.js';
import { compareBytes } from './resource.js';

/** A message as it is stored, and the fields that were dropped because the schema does not know them. */
export interface DecodedProto {
  readonly value: unknown;
  readonly dropped: readonly DroppedField[];
}

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
