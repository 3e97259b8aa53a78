/** A decimal number of any size: 0.digits times ten to the power of `magnitude`; `digits` has no zeros at either end. */
export interface Decimal {
  readonly negative: boolean;
  /** Empty for zero. */
  readonly digits: string;
  readonly magnitude: number;
}

const maxExponent = 2_147_483_647;

/**
 * Reads a decimal as Kuma 2.5 does (`5`, `.5`, `5.`, `-1.5e-3`); undefined for what is none. A sign after the point
 * is a sign too.
 */
export function parseDecimal(text: string): Decimal | undefined {
  const [, mantissa = '', exponentText = '0'] = /^([^eE]*)(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? [];
  const point = mantissa.indexOf('.');
  const parts = /^([+-]?)([0-9]+)$/.exec(point < 0 ? mantissa : mantissa.slice(0, point) + mantissa.slice(point + 1));
  if (parts === null) return undefined;
  const [, sign = '', all = ''] = parts;
  const exponent = Number(exponentText);
  const fractionLength = point < 0 ? 0 : mantissa.length - point - 1;
  if (!isExponent(exponent) || !isExponent(exponent - fractionLength)) return undefined;
  const digits = all.replace(/^0+/, '');
  return {
    negative: sign === '-',
    digits: trimZeros(digits),
    magnitude: digits.length + exponent - fractionLength,
  };
}

const isExponent = (exponent: number): boolean => exponent >= -maxExponent - 1 && exponent <= maxExponent;

function trimZeros(digits: string): string {
  let end = digits.length;
  while (digits.endsWith('0', end)) end--;
  return digits.slice(0, end);
}

/** Less than, equal to or greater than zero as the decimal is less than, equal to or greater than a whole number from 0 on. */
export function compareDecimal({ negative, digits, magnitude }: Decimal, whole: number): number {
  if (digits === '') return 0 - whole;
  if (negative) return -1;
  // a number with more digits before the point than any safe integer
  if (magnitude > 16) return 1;
  const before = magnitude <= 0 ? '' : digits.slice(0, magnitude).padEnd(magnitude, '0');
  const hasFraction = digits.length > Math.max(magnitude, 0);
  return Number(before) - whole || (hasFraction ? 1 : 0);
}

/** The number nearest to the decimal. */
export const numberOfDecimal = ({ negative, digits, magnitude }: Decimal): number =>
  Number(`${negative ? '-' : ''}0.${digits === '' ? '0' : digits}e${magnitude}`);

/** The whole part of a thousand times the decimal, in full up to 16 digits and infinite beyond. */
export function thousandthsOf({ negative, digits, magnitude }: Decimal): number {
  const length = magnitude + 3;
  if (digits === '' || length <= 0) return 0;
  const whole = length > 16 ? Infinity : Number(digits.slice(0, length).padEnd(length, '0'));
  return negative ? -whole : whole;
}
