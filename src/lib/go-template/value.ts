import type { Bytes } from './unquote.js';

/** A value while a template is executed, by its type in Go. */
export type Value =
  | { readonly type: 'string'; readonly value: Bytes }
  | { readonly type: 'int' | 'uint8'; readonly value: bigint }
  | { readonly type: 'float64'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'map[string]string'; readonly value: ReadonlyMap<Bytes, Bytes> }
  /** What a map does not have, or nil. */
  | { readonly type: '<nil>' };

export const nil: Value = { type: '<nil>' };
export const stringValue = (value: Bytes): Value => ({ type: 'string', value });
export const intValue = (value: bigint | number): Value => ({ type: 'int', value: BigInt(value) });
export const boolValue = (value: boolean): Value => ({ type: 'bool', value });

/** How many bytes the value takes at least when it is printed. */
export function sizeOf(value: Value): number {
  if (value.type === 'string') return value.value.length;
  return value.type === 'map[string]string'
    ? [...value.value].reduce((sum, [key, each]) => sum + key.length + each.length, 0)
    : 1;
}

/** Keys of a map in the order of their bytes, in which Go prints and visits them. */
export const sortedEntries = (map: ReadonlyMap<Bytes, Bytes>): (readonly [Bytes, Bytes])[] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** What `if`, `with`, `and`, `or` and `not` take a value for. */
export function isTrue(value: Value): boolean {
  switch (value.type) {
    case 'string':
      return value.value !== '';
    case 'int':
    case 'uint8':
      return value.value !== 0n;
    case 'float64':
      return value.value !== 0;
    case 'bool':
      return value.value;
    case 'map[string]string':
      return value.value.size > 0;
    case '<nil>':
      return false;
  }
}

/** The value as Go's verb `%v` prints it. */
export function printValue(value: Value): Bytes {
  switch (value.type) {
    case 'string':
      return value.value;
    case 'int':
    case 'uint8':
    case 'bool':
      return String(value.value);
    case 'float64':
      return printFloat(value.value);
    case 'map[string]string':
      return `map[${sortedEntries(value.value)
        .map(([key, each]) => `${key}:${each}`)
        .join(' ')}]`;
    case '<nil>':
      return '<nil>';
  }
}

/** Shortest digits that read back; with an exponent below 1e-4 and from 1e6 on. */
export function printFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  // at least two digits and a sign
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Several values in a row, with spaces between those of which neither is a text. */
export const printAll = (values: readonly Value[]): Bytes =>
  values
    .map((value, i) => {
      const before = values[i - 1];
      const isApart = before !== undefined && before.type !== 'string' && value.type !== 'string';
      return `${isApart ? ' ' : ''}${printValue(value)}`;
    })
    .join('');
