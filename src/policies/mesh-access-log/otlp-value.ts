import type { Json, JsonObject } from '../../plan/listener-plan.js';

/** Reads the value of a field; undefined for one of another type. */
type Read = (value: unknown) => Json | undefined;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readText: Read = (value) => (typeof value === 'string' ? value : undefined);

const readBoolean: Read = (value) => (typeof value === 'boolean' ? value : undefined);

/** Integers of 64 bits are texts in JSON. */
function readInteger(value: unknown): Json | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !/^-?[0-9]{1,19}$/.test(text)) return undefined;
  const integer = BigInt(text);
  return BigInt.asIntN(64, integer) === integer ? String(integer) : undefined;
}

function readDouble(value: unknown): Json | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const readBytes: Read = (value) =>
  typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value ? value : undefined;

const readList =
  (readItem: Read): Read =>
  (list) => {
    if (!isObject(list)) return undefined;
    const { values = [] } = list;
    if (!Array.isArray(values)) return undefined;
    const items = values.map(readItem);
    if (!items.every((item) => item !== undefined)) return undefined;
    return items.length === 0 ? {} : { values: items };
  };

function readPair(pair: unknown): Json | undefined {
  if (!isObject(pair)) return undefined;
  const { key = '', value } = pair;
  const read = value === undefined || value === null ? null : readOtlpValue(value);
  if (typeof key !== 'string' || read === undefined) return undefined;
  return { ...(key === '' ? {} : { key }), ...(read === null ? {} : { value: read }) };
}

/** In the order in which they are looked at: of several the last one counts. */
const fields: readonly { readonly name: string; readonly alt: string; readonly read: Read }[] = [
  { name: 'stringValue', alt: 'string_value', read: readText },
  { name: 'boolValue', alt: 'bool_value', read: readBoolean },
  { name: 'intValue', alt: 'int_value', read: readInteger },
  { name: 'doubleValue', alt: 'double_value', read: readDouble },
  { name: 'arrayValue', alt: 'array_value', read: readList(readOtlpValue) },
  { name: 'kvlistValue', alt: 'kvlist_value', read: readList(readPair) },
  { name: 'bytesValue', alt: 'bytes_value', read: readBytes },
];

/**
 * A value of OpenTelemetry's protocol in its canonical JSON, empty when the object has none of its fields; undefined for
 * what is no such value.
 */
export function readOtlpValue(json: unknown): JsonObject | undefined {
  if (!isObject(json)) return undefined;
  let found: JsonObject = {};
  for (const { name, alt, read } of fields) {
    const given = json[name] ?? json[alt];
    if (given === undefined || given === null) continue;
    const value = read(given);
    if (value === undefined) return undefined;
    found = { [name]: value };
  }
  return found;
}

type Change = (text: string) => string | undefined;

/** Every text in a value as the function makes it, keys included; undefined where it makes nothing of one. */
export function mapTexts(value: JsonObject, change: Change): JsonObject | undefined {
  const mapped: JsonObject = {};
  for (const [name, field] of Object.entries(value)) {
    const isText = typeof field === 'string' && (name === 'stringValue' || name === 'key');
    const changed = isText ? change(field) : mapJson(field, change);
    if (changed === undefined) return undefined;
    mapped[name] = changed;
  }
  return mapped;
}

function mapJson(value: Json, change: Change): Json | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item) => mapJson(item, change));
    return items.every((item) => item !== undefined) ? items : undefined;
  }
  return typeof value === 'object' && value !== null ? mapTexts(value, change) : value;
}
