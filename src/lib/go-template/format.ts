import { quoteGo } from '../go-quote.js';
import { formatFloat, formatInteger, type Directive } from './format-number.js';
import { TemplateError } from './template-error.js';
import { toBytes, toText, type Bytes } from './unquote.js';
import { sortedEntries, type Value } from './value.js';

const directives = /%([+\-# 0]*)([0-9]*)(?:\.([0-9]*))?([^\x80-\xbf][\x80-\xbf]*)?/gs;

/** Widths and precisions of a format together: more than any test needs. */
const most = 16_384;

/**
 * What Go's Sprintf makes of a format and values. Arguments by index (`%[1]d`), widths from arguments (`%*d`) and
 * alternate forms of anything but whole numbers are refused with a TemplateError.
 */
export function formatValues(format: Bytes, values: readonly Value[]): Bytes {
  let used = 0;
  let room = most;
  const text = format.replace(
    directives,
    (all, flags: string, width: string, precision: string | undefined, verb: string | undefined) => {
      if (verb === undefined) return '%!(NOVERB)';
      if (verb === '%') return '%';
      const value = values[used++];
      const form = readDirective(flags, width, precision);
      room -= form.width + (form.precision ?? 0);
      if (room < 0) return refuse(all);
      if (verb === '*' || verb === '[' || (form.sharp && !'xXob'.includes(verb))) return refuse(all);
      return value === undefined ? `%!${verb}(MISSING)` : formatValue(verb, value, form);
    },
  );
  const extra = values.slice(used).map((value) => describe(value, readDirective('', '', undefined)));
  return extra.length === 0 ? text : `${text}%!(EXTRA ${extra.join(', ')})`;
}

const refuse = (directive: string): never => {
  throw new TemplateError(`error calling printf: ${toText(directive)} is not supported`);
};

function readDirective(flags: string, width: string, precision: string | undefined): Directive {
  return {
    plus: flags.includes('+'),
    minus: flags.includes('-'),
    space: flags.includes(' '),
    zero: flags.includes('0') && !flags.includes('-'),
    sharp: flags.includes('#'),
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  };
}

function formatValue(verb: string, value: Value, form: Directive): Bytes {
  if (verb === 'T') return pad(truncate(value.type, form), form);
  switch (value.type) {
    case 'string':
      return formatString(verb, value.value, form) ?? misfit(verb, value, form);
    case 'int':
    case 'uint8':
      return formatInteger(verb, value.value, form) ?? misfit(verb, value, form);
    case 'float64':
      return formatFloat(verb, value.value, form) ?? misfit(verb, value, form);
    case 'bool':
      return 'tv'.includes(verb) ? pad(String(value.value), form) : misfit(verb, value, form);
    case 'map[string]string':
      return `map[${sortedEntries(value.value)
        .map((pair) => pair.map((each) => formatValue(verb, { type: 'string', value: each }, form)).join(':'))
        .join(' ')}]`;
    case '<nil>':
      return verb === 'v' ? pad('<nil>', form) : `%!${verb}(<nil>)`;
  }
}

function formatString(verb: string, text: Bytes, form: Directive): Bytes | undefined {
  switch (verb) {
    case 'v':
    case 's':
      return pad(truncate(text, form), form);
    case 'q':
      if (form.plus) refuse('%+q');
      return pad(toBytes(quoteGo(toText(truncate(text, form)))), form);
    case 'x':
    case 'X': {
      if (form.sharp) refuse(`%#${verb}`);
      const bytes = Array.from(text.slice(0, form.precision), (byte) =>
        byte.charCodeAt(0).toString(16).padStart(2, '0'),
      );
      const hex = bytes.join(form.space ? ' ' : '');
      return pad(verb === 'X' ? hex.toUpperCase() : hex, form);
    }
    default:
      return undefined;
  }
}

/** What Go prints for a value that the verb is not for. */
const misfit = (verb: string, value: Value, form: Directive): Bytes => `%!${verb}(${describe(value, form)})`;

const describe = (value: Value, form: Directive): Bytes =>
  value.type === '<nil>' ? '<nil>' : `${value.type}=${formatValue('v', value, form)}`;

/** Widths and precisions count characters. */
const truncate = (text: Bytes, { precision }: Directive): Bytes =>
  precision === undefined ? text : toBytes(Array.from(toText(text)).slice(0, precision).join(''));

function pad(text: Bytes, { width, minus, zero }: Directive): Bytes {
  const missing = Math.max(0, width - Array.from(toText(text)).length);
  return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text;
}
