import { Type } from 'typebox';

import { numberOfDecimal, parseDecimal } from '../lib/decimal.js';
import { goTypeKeyword } from './read-back.js';

/** What every combinator takes; `default` is what holds when the field is absent, it is never stored. */
export interface NestedOptions<Value> {
  readonly description?: string;
  readonly default?: Value;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A number, or a decimal as a text, which can say what JSON integers cannot: `50`, `"5.5"`. */
export type IntOrString = number | string;

/** The number that it stands for; what was not validated counts as 0. */
export function toNumber(value: IntOrString): number {
  const decimal = parseDecimal(String(value));
  return decimal === undefined ? 0 : numberOfDecimal(decimal);
}

/** The types of Go as Kuma's schemas of `nested` kinds show them, with the limits that its decoder has besides. */
export const nested = {
  uint32: (options: NestedOptions<number> = {}) =>
    Type.Integer({ format: 'int32', [goTypeKeyword]: 'uint32', ...options }),
  int32: (options: NestedOptions<number> = {}) =>
    Type.Integer({ format: 'int32', [goTypeKeyword]: 'int32', ...options }),
  /** In Go's notation; read back as Go prints it. */
  duration: (options: NestedOptions<string> = {}) =>
    Type.String({ [goTypeKeyword]: 'duration', examples: ['10s', '1h30m', '250ms'], ...options }),
  intOrString: (options: NestedOptions<IntOrString> = {}) =>
    Type.Union([Type.Integer(), Type.String()], { ...options }),
  /** One of these texts. */
  oneOf: <const Values extends readonly string[]>(values: Values, options: NestedOptions<Values[number]> = {}) =>
    Type.Unsafe<Values[number]>({ type: 'string', enum: values, ...options }),
};
