import type { TSchema } from 'typebox';

import { isRecord, NumberText } from '../lib/json-text.js';
import { err, ok, type Result } from '../lib/result.js';
import { goTypeKeyword, readBackKeyword } from '../model/read-back.js';
import type { DroppedField } from '../model/dropped-field.js';
import { compareBytes } from '../model/resource.js';
import { isIntOrString, type SchemaNode } from './schema-node.js';
import { formatGoDuration, parseGoDuration } from '../lib/go-duration.js';

/** A spec as it is stored, and the fields that were dropped because the schema does not know them. */
export interface DecodedSpec {
  readonly value: unknown;
  readonly dropped: readonly DroppedField[];
}

/** Limits of Go's integer types as far as a JSON number can reach them (Kuma 2.5 decodes into these). */
const goIntegers: Readonly<Record<string, readonly [number, number]>> = {
  uint: [0, Number.MAX_SAFE_INTEGER],
  uint32: [0, 4_294_967_295],
  int32: [-2_147_483_648, 2_147_483_647],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

/**
 * Reads a spec that has passed the schema into the form in which it is stored and answered: fields in the schema's
 * order, maps sorted by key, unknown fields left out, plain empty values left out, durations normalised.
 * The error is a text for `invalid <Type> object: '…'`; only the first problem is reported, as in Kuma 2.5.
 */
export function decodeSpec(schema: TSchema, input: unknown): Result<DecodedSpec, string> {
  const dropped: DroppedField[] = [];
  const decoded = decode(schema, input, 'spec', dropped);
  return decoded.ok ? ok({ value: decoded.value, dropped }) : decoded;
}

/** A decoded spec as it is stored: without the empty values that only validation had to see. */
export function dropEmptyFields(schema: TSchema, spec: unknown): unknown {
  const mayDrop = droppingSchemas.get(schema) ?? JSON.stringify(schema).includes('"omit-empty-late"');
  droppingSchemas.set(schema, mayDrop);
  return mayDrop ? dropEmpty(schema, spec) : spec;
}

/** Whether a schema has such fields: most have none. */
const droppingSchemas = new WeakMap<TSchema, boolean>();

function dropEmpty(schema: SchemaNode, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => dropEmpty(schema.items ?? {}, each));
  const properties = schema.properties;
  if (properties === undefined || !isRecord(value)) return value;
  const fields = Object.entries(value).flatMap(([name, each]) => {
    const property = properties[name] ?? {};
    return property[readBackKeyword] === 'omit-empty-late' && isEmpty(each)
      ? []
      : [[name, dropEmpty(property, each)] as const];
  });
  return Object.fromEntries(fields);
}

function decode(schema: SchemaNode, input: unknown, path: string, dropped: DroppedField[]): Result<unknown, string> {
  if (isIntOrString(schema)) return typeof input === 'string' ? ok(input) : decodeInteger('int32', input, path);
  switch (schema.type) {
    case 'object':
      return schema.properties === undefined
        ? decodeMap(schema, input, path, dropped)
        : decodeObject(schema, schema.properties, input, path, dropped);
    case 'array': {
      const items: unknown[] = [];
      for (const [i, each] of (Array.isArray(input) ? input : []).entries()) {
        const item = decode(schema.items ?? {}, each, `${path}[${i}]`, dropped);
        if (!item.ok) return item;
        items.push(item.value);
      }
      return ok(items);
    }
    case 'integer':
      return decodeInteger(schema[goTypeKeyword] ?? 'int64', input, path);
    case 'string':
      return schema[goTypeKeyword] === 'duration' ? decodeDuration(input, path) : ok(input ?? '');
    case 'boolean':
      return ok(input ?? false);
    case undefined:
    default:
      return copyFreeForm(input, path);
  }
}

function decodeObject(
  schema: SchemaNode,
  properties: Readonly<Record<string, SchemaNode>>,
  input: unknown,
  path: string,
  dropped: DroppedField[],
): Result<unknown, string> {
  const source = isRecord(input) ? input : {};
  const value: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const given = Object.hasOwn(source, name) ? source[name] : undefined;
    const isStored = schema.required?.includes(name) === true || property[readBackKeyword] === 'always';
    const isAbsent = given === undefined || (given === null && property[readBackKeyword] !== 'keep-null');
    if (isAbsent && !isStored) continue;
    const field = decode(property, given, `${path}.${name}`, dropped);
    if (!field.ok) return field;
    if (property[readBackKeyword] === 'omit-empty' && isEmpty(field.value)) continue;
    value[name] = field.value;
  }
  const siblings = Object.keys(properties);
  for (const name of Object.keys(source))
    if (!Object.hasOwn(properties, name)) dropped.push({ path: `${path}.${name}`, name, siblings });
  return ok(value);
}

function decodeMap(schema: SchemaNode, input: unknown, path: string, dropped: DroppedField[]): Result<unknown, string> {
  const of = schema.additionalProperties ?? Object.values(schema.patternProperties ?? {})[0];
  const value: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(isRecord(input) ? input : {}).sort(([a], [b]) => compareBytes(a, b))) {
    const entry =
      typeof of === 'object' ? decode(of, each, `${path}.${key}`, dropped) : copyFreeForm(each, `${path}.${key}`);
    if (!entry.ok) return entry;
    value[key] = entry.value;
  }
  return ok(value);
}

/** Go decodes an integer only from digits with an optional minus: `10.0` and `1e1` are numbers to JSON, not to Go. */
function decodeInteger(goType: string, input: unknown, path: string): Result<unknown, string> {
  if (input === undefined || input === null) return ok(0);
  const [least, most] = goIntegers[goType] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  const isSignedZero = input instanceof NumberText && input.text === '-0' && least < 0;
  if (isSignedZero) return ok(0);
  return typeof input === 'number' && Number.isInteger(input) && input >= least && input <= most
    ? ok(input)
    : err(`${path}: ${input instanceof NumberText ? input.text : JSON.stringify(input)} cannot be read as ${goType}`);
}

function decodeDuration(input: unknown, path: string): Result<unknown, string> {
  const nanoseconds = typeof input === 'string' ? parseGoDuration(input) : undefined;
  return nanoseconds === undefined
    ? err(`${path}: ${JSON.stringify(input)} is not a duration such as 10s, 1m30s or 250ms`)
    : ok(formatGoDuration(nanoseconds));
}

/** Values of which the schema says nothing are kept as sent; numbers must be numbers to Go (float64), too. */
function copyFreeForm(input: unknown, path: string): Result<unknown, string> {
  if (input instanceof NumberText) {
    const number = Number(input.text);
    return Number.isFinite(number) ? ok(number) : err(`${path}: ${input.text} cannot be read as float64`);
  }
  if (Array.isArray(input)) return collect(input.map((each, i) => copyFreeForm(each, `${path}[${i}]`)));
  if (!isRecord(input)) return ok(input);
  const values = collect(Object.entries(input).map(([key, each]) => copyFreeForm(each, `${path}.${key}`)));
  if (!values.ok) return values;
  return ok(Object.fromEntries(Object.keys(input).map((key, i) => [key, values.value[i]])));
}

/** All values, or the first error. */
function collect(results: readonly Result<unknown, string>[]): Result<readonly unknown[], string> {
  const values: unknown[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}
