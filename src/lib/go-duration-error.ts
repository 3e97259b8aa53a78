import { quoteGo } from './go-quote.js';
import { parseGoDuration } from './go-duration.js';

/** What Go's `time.ParseDuration` says of a text that is no duration; undefined for one that is. */
export function describeDurationError(text: string): string | undefined {
  if (parseGoDuration(text) !== undefined) return undefined;
  const end = ` duration ${quoteGo(text)}`;
  let rest = text.replace(/^[+-]/, '');
  while (rest !== '') {
    const number = /^[0-9]*(?:\.[0-9]*)?/.exec(rest)?.[0] ?? '';
    if (!/[0-9]/.test(number)) break;
    rest = rest.slice(number.length);
    const unit = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (unit === '') return `time: missing unit in${end}`;
    if (!units.has(unit)) return `time: unknown unit ${quoteGo(unit)} in${end}`;
    rest = rest.slice(unit.length);
  }
  return `time: invalid${end}`;
}

const units = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h']);
