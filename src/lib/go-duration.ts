const unitNanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** The largest magnitude, of negative durations; positive ones end one nanosecond before. */
const maxNanoseconds = 9_223_372_036_854_775_808n;
const term = /([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/y;

/** Nanoseconds of a duration in Go's notation (`1m30s`, `-1.5h`, `0`), or undefined when it is none or out of range. */
export function parseGoDuration(text: string): bigint | undefined {
  const negative = text.startsWith('-');
  const body = negative || text.startsWith('+') ? text.slice(1) : text;
  if (body === '0') return 0n;
  if (body === '') return undefined;
  let total = 0n;
  term.lastIndex = 0;
  while (term.lastIndex < body.length) {
    const match = term.exec(body);
    if (match === null) return undefined;
    const [, whole = '', fraction = '', unit = ''] = match;
    const scale = unitNanoseconds[unit];
    if (scale === undefined || (whole === '' && fraction === '')) return undefined;
    // reading more digits than any duration has would take more than linear time
    if (whole.length > 19 && /[1-9]/.test(whole.slice(0, -19))) return undefined;
    // Go cuts off what is below a nanosecond; nine digits of an hour are finer than that
    const digits = fraction.slice(0, 18);
    total +=
      BigInt(whole === '' ? 0 : whole.slice(-19)) * scale +
      (BigInt(digits === '' ? 0 : digits) * scale) / 10n ** BigInt(digits.length);
    if (total > maxNanoseconds) return undefined;
  }
  if (negative) return -total;
  return total === maxNanoseconds ? undefined : total;
}

/** Go's rendering: one unit below a second (`500ms`, `1µs`), else hours, minutes and seconds (`1h0m0s`, `1.5s`). */
export function formatGoDuration(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const n = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (n < 1_000n) return `${sign}${n}ns`;
  if (n < 1_000_000n) return `${sign}${formatFraction(n, 1_000n)}µs`;
  if (n < 1_000_000_000n) return `${sign}${formatFraction(n, 1_000_000n)}ms`;
  const hours = n / 3_600_000_000_000n;
  const minutes = (n / 60_000_000_000n) % 60n;
  const seconds = `${formatFraction(n % 60_000_000_000n, 1_000_000_000n)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : `${sign}${seconds}`;
}

function formatFraction(value: bigint, scale: bigint): string {
  const fraction = (value % scale)
    .toString()
    .padStart(scale.toString().length - 1, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${value / scale}` : `${value / scale}.${fraction}`;
}
