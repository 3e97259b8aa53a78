import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';

import { NumberText } from '../lib/json-text.js';
import type { Violation } from '../model/violation.js';
import { compareBytes } from '../model/resource.js';
import { isIntOrString, type SchemaNode } from './schema-node.js';

/** Checks a parsed body against the schema of its kind: every violation, in Kuma's wording, in document order. */
export type SchemaPass = (body: unknown) => Violation[];

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, validateFormats: false });

/**
 * Compiles the schema pass of a `nested` kind. The envelope is checked with the spec; `spec` itself is not required
 * (Kuma 2.5: without it the semantic pass complains).
 */
export function compileSchemaPass(type: string, spec: TSchema): SchemaPass {
  const schema: SchemaNode & { readonly properties: Readonly<Record<string, SchemaNode>> } = {
    type: 'object',
    properties: {
      type: { type: 'string', enum: [type] } as SchemaNode,
      mesh: { type: 'string' },
      name: { type: 'string' },
      spec,
    },
  };
  const validate: ValidateFunction = ajv.compile(schema);
  return (body) => {
    if (validate(toPlainNumbers(body))) return [];
    return (validate.errors ?? [])
      .flatMap((error) => describeError(schema, error))
      .sort((a, b) => comparePlaces(a.place, b.place))
      .map(({ violation }) => violation);
  };
}

/** A violation and its place in the document: property and item positions, then the rank among the checks of one value. */
interface Placed {
  readonly violation: Violation;
  readonly place: readonly (number | string)[];
}

/** Checks of one value come before those of its children (-1); keys that are missing come after them. */
const rankOf: Readonly<Record<string, number>> = {
  type: 0,
  anyOf: 1,
  maxLength: 2,
  minLength: 3,
  pattern: 4,
  maximum: 5,
  minimum: 5,
  maxItems: 6,
  minItems: 6,
  enum: 7,
};

function describeError(root: SchemaNode, error: ErrorObject): Placed[] {
  const segments = error.instancePath === '' ? [] : error.instancePath.slice(1).split('/').map(unescapePointer);
  const { path, place, schema } = locate(root, segments);
  const say = (field: string, text: string, rank: readonly (number | string)[]): Placed => ({
    violation: cutField(`${field} ${text}`),
    place: [...place, ...rank],
  });
  const params = error.params as Readonly<Record<string, unknown>>;
  if (error.keyword === 'required') {
    const key = String(params['missingProperty']);
    return [say(path === '' ? key : `${path}.${key}`, 'in body is required', [Infinity, key])];
  }
  const insideUnion = isIntOrString(schema) && /\/anyOf\/\d+\//.test(error.schemaPath);
  if (insideUnion) return [];
  if (error.keyword === 'anyOf') {
    if (error.data === null) return [];
    return [
      {
        violation: { field: '', message: `"${path}" must validate at least one schema (anyOf)` },
        place: [...place, -1, 1],
      },
      say(path, `in body must be of type integer: "${jsonTypeOf(error.data)}"`, [-1, 1]),
    ];
  }
  const text = describeKeyword(error.keyword, params, error.data, schema);
  const isShadowed = isLengthCheck(error.keyword) && hasEarlierLengthFailure(error, schema);
  return text === undefined || isShadowed ? [] : [say(path, text, [-1, rankOf[error.keyword] ?? 8])];
}

/** Kuma 2.5 takes what stands before the first blank for the field, also when a key of a map has a blank in it. */
function cutField(text: string): Violation {
  const blank = text.indexOf(' ');
  return text.startsWith('spec.')
    ? { field: text.slice(0, blank), message: text.slice(blank + 1) }
    : { field: '', message: text };
}

function describeKeyword(
  keyword: string,
  params: Readonly<Record<string, unknown>>,
  data: unknown,
  schema: SchemaNode,
): string | undefined {
  const limit = params['limit'];
  switch (keyword) {
    case 'type':
      return describeType(schema, data);
    case 'enum':
      return `in body should be one of [${(params['allowedValues'] as readonly unknown[]).join(' ')}]`;
    case 'minItems':
      return `in body should have at least ${String(limit)} items`;
    case 'maxItems':
      return `in body should have at most ${String(limit)} items`;
    case 'minLength':
      return `in body should be at least ${String(limit)} chars long`;
    case 'maxLength':
      return `in body should be at most ${String(limit)} chars long`;
    case 'pattern':
      return `in body should match '${String(params['pattern'])}'`;
    case 'minimum':
      return `in body should be greater than or equal to ${formatLimit(limit)}`;
    case 'maximum':
      return `in body should be less than or equal to ${formatLimit(limit)}`;
    default:
      return undefined;
  }
}

/** Kuma 2.5: integers that have a format speak of the Go type when the number does not fit. */
function describeType(schema: SchemaNode, data: unknown): string {
  const json = jsonTypeOf(data);
  if (schema.type === 'integer' && schema.format !== undefined) {
    if (json === 'number') return `in body must be of type ${schema.format}: "float64"`;
    if (json === 'boolean' || json === 'object') return `in body must be of type ${schema.format}: ""`;
  }
  return `in body must be of type ${schema.type ?? 'object'}: "${json}"`;
}

const isLengthCheck = (keyword: string): boolean => keyword === 'minLength' || keyword === 'pattern';

/** Of length and pattern only the first that fails is reported, in the order maximum, minimum, pattern. */
function hasEarlierLengthFailure(error: ErrorObject, schema: SchemaNode): boolean {
  const limits = schema as { readonly minLength?: number; readonly maxLength?: number };
  const length = typeof error.data === 'string' ? [...error.data].length : 0;
  if (limits.maxLength !== undefined && length > limits.maxLength) return true;
  return error.keyword === 'pattern' && limits.minLength !== undefined && length < limits.minLength;
}

/** Follows the instance path along the schema: the dotted path, the positions, and the schema that holds there. */
function locate(
  root: SchemaNode,
  segments: readonly string[],
): { readonly path: string; readonly place: readonly (number | string)[]; readonly schema: SchemaNode } {
  let path = '';
  let schema = root;
  const place: (number | string)[] = [];
  for (const segment of segments) {
    if (schema.type === 'array') {
      path += `[${segment}]`;
      place.push(Number(segment));
      schema = schema.items ?? {};
      continue;
    }
    path = path === '' ? segment : `${path}.${segment}`;
    const position = Object.keys(schema.properties ?? {}).indexOf(segment);
    place.push(position >= 0 ? position : segment);
    const additional = schema.additionalProperties ?? Object.values(schema.patternProperties ?? {})[0];
    schema = schema.properties?.[segment] ?? (typeof additional === 'object' ? additional : {});
  }
  return { path, place, schema };
}

function comparePlaces(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? -2, b[i] ?? -2];
    if (x === y) continue;
    if (typeof x === 'number' && typeof y === 'number') return x - y;
    if (typeof x === 'string' && typeof y === 'string') return compareBytes(x, y);
    // keys the schema does not name (of a map) stand between its properties and what is missing
    return typeof x === 'string' ? (y === Infinity ? -1 : 1) : x === Infinity ? 1 : -1;
  }
  return 0;
}

function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** As Go prints a float: exponents from 1e21 on in JavaScript, from 1e6 on with %v of a large limit in Kuma's messages. */
function formatLimit(limit: unknown): string {
  const value = Number(limit);
  if (Math.abs(value) < 1e6) return String(value);
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${exponent.slice(1).padStart(2, '0')}`;
}

const unescapePointer = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

/** A number that is no integer although it is as large as one can be that has a fraction. */
const largestFraction = 4_503_599_627_370_495.5;

/** Numbers as Kuma's schema pass sees them: nothing beyond 2^53-1 is an integer, and what is little above one is. */
function toPlainNumber(number: number): number {
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) return Math.sign(number) * largestFraction;
  const integer = Math.floor(number);
  return number > 0 && (number - integer) / (number + integer) < 1e-9 ? integer : number;
}

function toPlainNumbers(value: unknown): unknown {
  if (typeof value === 'number') return toPlainNumber(value);
  if (value instanceof NumberText) return toPlainNumber(Number(value.text));
  if (Array.isArray(value)) return value.map(toPlainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) copy[key] = toPlainNumbers(each);
  return copy;
}
