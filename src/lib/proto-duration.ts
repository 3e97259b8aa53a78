import { parseGoDuration } from './go-duration.js';

/** A duration as protobuf writes it in JSON: seconds with 0, 3, 6 or 9 decimals, e.g. `90s`, `0.500s`. */
export type Duration = string;

/** `90s`, `0.500s`, `-1.500s`. */
export function formatProtoDuration(nanoseconds: bigint): Duration {
  const sign = nanoseconds < 0n ? '-' : '';
  const n = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = n % 1_000_000_000n;
  const digits =
    fraction === 0n
      ? ''
      : `.${fraction
          .toString()
          .padStart(9, '0')
          .replace(/(?:000){1,2}$/, '')}`;
  return `${sign}${n / 1_000_000_000n}${digits}s`;
}

/** A duration in Go's notation (`1m30s`, `250ms`) as protobuf writes it; what is none counts as zero. */
export const toProtoDuration = (goDuration: string): Duration => formatProtoDuration(parseGoDuration(goDuration) ?? 0n);
