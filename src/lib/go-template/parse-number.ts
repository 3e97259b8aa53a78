import type { Operand } from './syntax.js';

const sign = '([+-]?)';
/** Whole numbers as Go writes them: with a base, octal after a zero, with underscores between digits. */
const integers: readonly (readonly [pattern: RegExp, prefix: string])[] = [
  [new RegExp(`^${sign}0[xX]_?([0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)$`), '0x'],
  [new RegExp(`^${sign}0[bB]_?([01]+(?:_[01]+)*)$`), '0b'],
  [new RegExp(`^${sign}0[oO]?_?([0-7]+(?:_[0-7]+)*)$`), '0o'],
  [new RegExp(`^${sign}(0|[1-9][0-9]*(?:_[0-9]+)*)$`), ''],
];
const float = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** A number of Go; undefined when the text is none, or one of the largest. */
export function parseNumber(text: string): Operand | undefined {
  for (const [pattern, prefix] of integers) {
    const [, minus, digits] = pattern.exec(text) ?? [];
    if (digits === undefined) continue;
    const value = BigInt(prefix + digits.replaceAll('_', ''));
    // more is not even an unsigned number
    if (value >= 2n ** 64n) return undefined;
    return { operand: 'int', value: minus === '-' ? -value : value };
  }
  const value = float.test(text) && /[.eE]/.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? { operand: 'float', value } : undefined;
}
