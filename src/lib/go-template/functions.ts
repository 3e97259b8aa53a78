import { escapeHtml, escapeQuery, escapeScript } from './escape.js';
import { formatValues } from './format.js';
import { TemplateError } from './template-error.js';
import type { Bytes } from './unquote.js';
import { boolValue, intValue, isTrue, nil, printAll, printValue, stringValue, type Value } from './value.js';

/** A function of Go's templates that always looks at all of its arguments. */
interface TemplateFunction {
  readonly least: number;
  /** Absent = any number. */
  readonly most?: number;
  /** The first argument must be a text. */
  readonly wantsText?: true;
  call(values: readonly Value[]): Value;
}

const fail = (message: string): never => {
  throw new TemplateError(message);
};

const two = { least: 2, most: 2 };
const pair = (test: (a: Value, b: Value) => boolean) => ({
  ...two,
  call: ([a = nil, b = nil]: readonly Value[]) => boolValue(test(a, b)),
});
const escaping = (escape: (text: Bytes) => Bytes) => ({
  least: 0,
  call: (values: readonly Value[]) =>
    stringValue(escape(printAll(values.map((value) => (value.type === '<nil>' ? stringValue('<no value>') : value))))),
});

const functions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['not', { least: 1, most: 1, call: ([value = nil]) => boolValue(!isTrue(value)) }],
  ['len', { least: 1, most: 1, call: ([value = nil]) => intValue(lengthOf(value)) }],
  ['index', { least: 1, call: ([value = nil, ...keys]) => keys.reduce(lookUp, requireValue(value, 'index')) }],
  ['slice', { least: 1, call: ([value = nil, ...limits]) => sliceOf(requireValue(value, 'slice'), limits) }],
  ['print', { least: 0, call: (values) => stringValue(printAll(values)) }],
  ['println', { least: 0, call: (values) => stringValue(`${values.map(printValue).join(' ')}\n`) }],
  [
    'printf',
    {
      least: 1,
      wantsText: true,
      call: ([format = nil, ...values]) => stringValue(formatValues(printValue(format), values)),
    },
  ],
  ['html', escaping(escapeHtml)],
  ['js', escaping(escapeScript)],
  ['urlquery', escaping(escapeQuery)],
  ['call', { least: 1, call: ([value = nil]) => fail(`error calling call: non-function of type ${value.type}`) }],
  ['eq', { least: 1, call: ([value = nil, ...others]) => boolValue(equalsAny(value, others)) }],
  ['ne', pair((a, b) => !equalsAny(a, [b]))],
  ['lt', pair(isLess)],
  ['le', pair((a, b) => isLess(a, b) || equalsAny(a, [b]))],
  ['gt', pair((a, b) => !(isLess(a, b) || equalsAny(a, [b])))],
  ['ge', pair((a, b) => !isLess(a, b))],
]);

/** All names that are functions; `and` and `or` look at no more arguments than they need. */
export const functionNames: ReadonlySet<string> = new Set([...functions.keys(), 'and', 'or']);

/** Calls a function other than `and` and `or`; throws a TemplateError. */
export function callFunction(name: string, values: readonly Value[]): Value {
  const found = functions.get(name) ?? fail(`"${name}" is not a defined function`);
  if (values.length < found.least) fail(`wrong number of args for ${name}: want at least ${found.least}`);
  if (values.length > (found.most ?? Infinity)) fail(`wrong number of args for ${name}: want ${found.most ?? 0}`);
  if (found.wantsText === true && values[0]?.type !== 'string')
    fail(`wrong type for value; expected string; got ${values[0]?.type ?? ''}`);
  return found.call(values);
}

const requireValue = (value: Value, name: string): Value =>
  value.type === '<nil>' ? fail(`error calling ${name}: ${name} of untyped nil`) : value;

function lengthOf(value: Value): number {
  if (value.type === 'string') return value.value.length;
  return value.type === 'map[string]string' ? value.value.size : fail(`error calling len: len of type ${value.type}`);
}

/** A byte of a text, or the entry of a map, empty when there is none. */
function lookUp(value: Value, key: Value): Value {
  if (value.type === 'map[string]string') {
    return key.type === 'string'
      ? stringValue(value.value.get(key.value) ?? '')
      : fail(`error calling index: value has type ${key.type}; should be string`);
  }
  if (value.type !== 'string') return fail(`error calling index: can't index item of type ${value.type}`);
  const at = limitOf(key, value.value.length - 1);
  return { type: 'uint8', value: BigInt(value.value.charCodeAt(at)) };
}

function sliceOf(value: Value, limits: readonly Value[]): Value {
  if (value.type !== 'string') return fail(`error calling slice: can't slice item of type ${value.type}`);
  if (limits.length > 2) fail('error calling slice: cannot 3-index slice a string');
  const { length } = value.value;
  const [from = 0, to = length] = limits.map((limit) => limitOf(limit, length));
  return from > to
    ? fail(`error calling slice: invalid slice index: ${from} > ${to}`)
    : stringValue(value.value.slice(from, to));
}

function limitOf(index: Value, most: number): number {
  if (index.type !== 'int' && index.type !== 'uint8') return fail(`cannot index slice/array with type ${index.type}`);
  return index.value < 0n || index.value > most ? fail(`index out of range: ${index.value}`) : Number(index.value);
}

/** Values of different types are an error, but for whole numbers and nil. */
function equalsAny(value: Value, others: readonly Value[]): boolean {
  if (others.length === 0) fail('error calling eq: missing argument for comparison');
  return others.some((other) => equals(value, other));
}

function equals(a: Value, b: Value): boolean {
  if (a.type === '<nil>' || b.type === '<nil>') return a.type === b.type;
  if (a.type === 'map[string]string' || kindOf(a) !== kindOf(b))
    return fail(`incompatible types for comparison: ${a.type} and ${b.type}`);
  return a.value === b.value;
}

function isLess(a: Value, b: Value): boolean {
  if (kindOf(a) !== kindOf(b)) fail(`incompatible types for comparison: ${a.type} and ${b.type}`);
  if ((a.type === 'int' || a.type === 'uint8') && (b.type === 'int' || b.type === 'uint8')) return a.value < b.value;
  if (a.type === 'string' && b.type === 'string') return a.value < b.value;
  if (a.type === 'float64' && b.type === 'float64') return a.value < b.value;
  return fail('invalid type for comparison');
}

const kindOf = ({ type }: Value): string => (type === 'uint8' ? 'int' : type);
