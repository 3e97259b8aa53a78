import type { ProtoNumber } from './proto.js';
import type { Violation } from './violation.js';

/** True from 0 to 100, and for what is no number (Kuma 2.5: NaN passes). */
export const isPercentage = (value: ProtoNumber): boolean => !(Number(value) < 0 || Number(value) > 100);

/** True for a number 0 and for a duration as the decoder prints it, `0s`; false for what is absent. */
export const isZero = (value: string | number | undefined): boolean => value === 0 || value === '0s';

/** A violation for every field that is set to zero, in the order given; negative values pass (Kuma 2.5). */
export const checkNotZero = (
  path: string,
  fields: Readonly<Record<string, string | number | undefined>>,
  message: string,
): Violation[] =>
  Object.entries(fields)
    .filter(([, value]) => isZero(value))
    .map(([name]) => ({ field: `${path}.${name}`, message }));
