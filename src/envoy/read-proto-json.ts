import {
  ScalarType,
  fromJson,
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type MessageShape,
  type Registry,
} from '@bufbuild/protobuf';

import { parseGoDuration } from '../lib/go-duration.js';
import { err, ok, type Result } from '../lib/result.js';
import type { YamlValue } from '../lib/read-yaml.js';

/** A value that does not fit its field; thrown and caught in this file only. */
class Misfit extends Error {}

/** How deeply messages may nest, as in protobuf. */
const maxDepth = 100;

/**
 * Reads JSON as a message the way Kuma 2.5 reads what users write for Envoy, which is laxer than proto-JSON: unknown
 * fields are left out, fields may be named as in the proto file, durations are Go's (`1m30s`), of a oneof the last
 * field counts. Values of the wrong shape, unknown names of enums and unknown packed types are refused.
 */
export function readProtoJson<Desc extends DescMessage>(
  desc: Desc,
  input: YamlValue,
  registry: Registry,
): Result<MessageShape<Desc>, string> {
  try {
    return ok(fromJson(desc, input === null ? {} : readMessage(desc, input, { registry, depth: 0 }), { registry }));
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
}

interface Place {
  readonly registry: Registry;
  /** Messages around this one. */
  readonly depth: number;
}

const fail = (desc: DescMessage | DescField | DescEnum, input: YamlValue, wanted: string): never => {
  const name = desc.kind === 'field' ? `${desc.parent.typeName}.${desc.name}` : desc.typeName;
  throw new Misfit(`${name}: ${describe(input)} is not ${wanted}`);
};

function describe(input: YamlValue): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object' && input !== null) return 'an object';
  return typeof input === 'string' ? JSON.stringify(input.slice(0, 80)) : String(input);
}

function readMessage(desc: DescMessage, input: YamlValue, place: Place): JsonValue {
  if (place.depth > maxDepth) throw new Misfit(`${desc.typeName}: nested too deeply`);
  switch (desc.typeName) {
    case 'google.protobuf.Any':
      return readAny(desc, input, place);
    case 'google.protobuf.Duration':
      return readDuration(desc, input);
    case 'google.protobuf.Timestamp':
    case 'google.protobuf.Value':
    case 'google.protobuf.Struct':
    case 'google.protobuf.ListValue':
      return toJsonValue(input);
    default: {
      const wrapped = readWrapped(desc);
      return wrapped === undefined ? readFields(desc, input, place) : readScalar(wrapped, wrapped.scalar, input);
    }
  }
}

/** The one field of a wrapper such as UInt32Value; undefined for all other messages. */
function readWrapped(desc: DescMessage): (DescField & { readonly fieldKind: 'scalar' }) | undefined {
  const [field] = desc.fields;
  return desc.file.name === 'google/protobuf/wrappers' && field?.fieldKind === 'scalar' ? field : undefined;
}

function readFields(desc: DescMessage, input: YamlValue, place: Place): JsonObject {
  const value = asObject(desc, input);
  const fields: JsonObject = {};
  const chosen = new Map<string, string>();
  for (const field of desc.fields) {
    const name = [field.jsonName, field.name].find((each) => Object.hasOwn(value, each));
    const given = name === undefined ? undefined : value[name];
    const isValue = field.message?.typeName === 'google.protobuf.Value' && field.fieldKind === 'message';
    if (given === undefined || (given === null && !isValue)) continue;
    fields[field.jsonName] = readField(field, given, { ...place, depth: place.depth + 1 });
    if (field.oneof === undefined) continue;
    const other = chosen.get(field.oneof.name);
    if (other !== undefined) Reflect.deleteProperty(fields, other);
    chosen.set(field.oneof.name, field.jsonName);
  }
  return fields;
}

function readField(field: DescField, input: YamlValue, place: Place): JsonValue {
  switch (field.fieldKind) {
    case 'scalar':
      return readScalar(field, field.scalar, input);
    case 'enum':
      return readEnum(field.enum, input);
    case 'message':
      return readMessage(field.message, input, place);
    case 'list':
      if (!Array.isArray(input)) return fail(field, input, 'a list');
      return (input as readonly YamlValue[]).map((each) => readElement(field, each, place));
    case 'map':
      return Object.fromEntries(
        Object.entries(asObject(field, input)).map(([key, each]) => [key, readElement(field, each, place)]),
      );
  }
}

function readElement(
  field: DescField & { readonly fieldKind: 'list' | 'map' },
  input: YamlValue,
  place: Place,
): JsonValue {
  if (field.message !== undefined) return input === null ? {} : readMessage(field.message, input, place);
  return field.enum === undefined ? readScalar(field, field.scalar, input) : readEnum(field.enum, input);
}

function readAny(desc: DescMessage, input: YamlValue, place: Place): JsonObject {
  const { '@type': typeUrl, ...fields } = asObject(desc, input);
  if (typeof typeUrl !== 'string') throw new Misfit(`${desc.typeName}: "@type" is missing`);
  const packed = place.registry.getMessage(typeUrl.slice(typeUrl.lastIndexOf('/') + 1));
  if (packed === undefined) throw new Misfit(`the type ${JSON.stringify(typeUrl)} is not known`);
  const within = { ...place, depth: place.depth + 1 };
  if (!hasJsonOfItsOwn(packed)) return { '@type': typeUrl, ...(readMessage(packed, fields, within) as JsonObject) };
  if (fields['value'] === undefined) throw new Misfit(`${packed.typeName}: "value" is missing beside "@type"`);
  const value = readMessage(packed, fields['value'], within);
  // proto-JSON writes a packed Empty without value
  return packed.typeName === 'google.protobuf.Empty' ? { '@type': typeUrl } : { '@type': typeUrl, value };
}

/** Messages that JSON writes in a form of their own, in an Any below `value`. */
const hasJsonOfItsOwn = (desc: DescMessage): boolean =>
  ['Any', 'Duration', 'Timestamp', 'Value', 'Struct', 'ListValue', 'Empty'].includes(
    desc.typeName.replace('google.protobuf.', ''),
  ) || readWrapped(desc) !== undefined;

function readDuration(desc: DescMessage, input: YamlValue): string {
  const nanoseconds = typeof input === 'string' ? parseGoDuration(input) : undefined;
  if (nanoseconds === undefined) return fail(desc, input, 'a duration such as 10s or 1m30s');
  const digits = (nanoseconds < 0n ? -nanoseconds : nanoseconds).toString().padStart(10, '0');
  return `${nanoseconds < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}s`;
}

function readEnum(desc: DescEnum, input: YamlValue): JsonValue {
  if (input === null) return 0;
  if (typeof input === 'number') return input;
  return typeof input === 'string' && desc.values.some(({ name }) => name === input)
    ? input
    : fail(desc, input, 'one of its names');
}

const integerText = /^-?(?:0|[1-9][0-9]*)$/;
const floatText = /^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|NaN|-?Infinity)$/;

/** Numbers may be written as texts; a null in a list or a map is the zero of its type. */
function readScalar(field: DescField, type: ScalarType, input: YamlValue): JsonValue {
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return typeof (input ?? '') === 'string' ? ((input ?? '') as string) : fail(field, input, 'a text');
    case ScalarType.BOOL:
      return typeof (input ?? false) === 'boolean'
        ? ((input ?? false) as boolean)
        : fail(field, input, 'true or false');
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return readNumber(field, input, floatText, 'a number');
    case ScalarType.INT32:
    case ScalarType.INT64:
    case ScalarType.UINT32:
    case ScalarType.UINT64:
    case ScalarType.SINT32:
    case ScalarType.SINT64:
    case ScalarType.FIXED32:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED32:
    case ScalarType.SFIXED64:
      return readNumber(field, input, integerText, 'an integer');
  }
}

function readNumber(field: DescField, input: YamlValue, grammar: RegExp, wanted: string): JsonValue {
  const number = typeof input === 'bigint' ? input.toString() : (input ?? 0);
  if (typeof number === 'number') return number;
  return typeof number === 'string' && grammar.test(number) ? number : fail(field, input, wanted);
}

const asObject = (desc: DescMessage | DescField, input: YamlValue): Readonly<Record<string, YamlValue>> =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? (input as Readonly<Record<string, YamlValue>>)
    : fail(desc, input, 'an object');

function toJsonValue(value: YamlValue): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value)
    ? (value as readonly YamlValue[]).map(toJsonValue)
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJsonValue(each)]));
}
