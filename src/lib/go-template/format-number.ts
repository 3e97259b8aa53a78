import { quoteGo } from '../go-quote.js';
import { TemplateError } from './template-error.js';
import { toBytes, toText, type Bytes } from './unquote.js';
import { printFloat } from './value.js';

/** What stands between `%` and the letter; absent width = 0. */
export interface Directive {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly sharp: boolean;
  readonly width: number;
  readonly precision: number | undefined;
}

const bases: Readonly<Record<string, readonly [base: number, prefix: string]>> = {
  v: [10, ''],
  d: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  O: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

/** A whole number; undefined when the verb is not for those. */
export function formatInteger(verb: string, value: bigint, form: Directive): Bytes | undefined {
  if (verb === 'c' || verb === 'q' || verb === 'U') return fill('', formatCharacter(verb, value), form, ' ');
  const [base, prefix] = bases[verb] ?? [];
  if (base === undefined || prefix === undefined) return undefined;
  const sign = signOf(value < 0n, form);
  const digits = (value < 0n ? -value : value).toString(base);
  const start = sign + (form.sharp || verb === 'O' ? prefix : '');
  const text = verb === 'X' ? digits.toUpperCase() : digits;
  if (form.precision === undefined) return fill(start, text, form, form.zero ? '0' : ' ');
  if (form.precision === 0 && value === 0n) return ' '.repeat(form.width);
  return fill('', start + text.padStart(form.precision, '0'), form, ' ');
}

function formatCharacter(verb: 'c' | 'q' | 'U', value: bigint): Bytes {
  if (verb === 'U') return `U+${value.toString(16).toUpperCase().padStart(4, '0')}`;
  const isCharacter = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
  const character = isCharacter ? String.fromCodePoint(Number(value)) : '\ufffd';
  if (verb === 'c') return toBytes(character);
  const quoted = quoteGo(character).slice(1, -1);
  return toBytes(`'${character === "'" ? "\\'" : character === '"' ? '"' : quoted}'`);
}

/** A floating point number; undefined when the verb is not for those. */
export function formatFloat(verb: string, value: number, form: Directive): Bytes | undefined {
  if (!'beEfFgGvxX'.includes(verb)) return undefined;
  const text = printFloatAs(verb, Math.abs(value), form.precision);
  const sign = signOf(value < 0 || Object.is(value, -0), form);
  return fill(sign, text, form, form.zero ? '0' : ' ');
}

function printFloatAs(verb: string, value: number, precision: number | undefined): string {
  if ((verb === 'v' || verb === 'g') && precision === undefined) return printFloat(value);
  const digits = precision ?? 6;
  // JavaScript prints neither more digits nor larger numbers without exponent
  if ((verb === 'f' || verb === 'F') && digits <= 100 && value < 1e21) return value.toFixed(digits);
  throw new TemplateError(`error calling printf: %${verb} of a float64 is not supported`);
}

const signOf = (isNegative: boolean, { plus, space }: Directive): string =>
  isNegative ? '-' : plus ? '+' : space ? ' ' : '';

/** Zeros stand behind the sign and the prefix, spaces before. */
function fill(start: string, text: Bytes, { width, minus }: Directive, filler: '0' | ' '): Bytes {
  const length = Array.from(toText(start + text)).length;
  const missing = Math.max(0, width - length);
  if (minus) return start + text + ' '.repeat(missing);
  return filler === '0' ? start + '0'.repeat(missing) + text : ' '.repeat(missing) + start + text;
}
