import { formatGoDuration } from '../lib/go-duration.js';
import { quoteGo } from '../lib/go-quote.js';

/** Rules of protoc-gen-validate for one value, in proto-JSON, as far as Envoy's API uses them. */
export interface ValueRules {
  readonly message?: { readonly required?: boolean };
  readonly any?: { readonly required?: boolean };
  readonly bool?: { readonly const?: boolean };
  readonly string?: TextRules;
  readonly bytes?: { readonly minLen?: string; readonly maxLen?: string };
  readonly enum?: { readonly definedOnly?: boolean; readonly notIn?: readonly number[] };
  readonly duration?: Limits & { readonly required?: boolean };
  readonly float?: Limits;
  readonly double?: Limits;
  readonly int32?: Limits;
  readonly int64?: Limits;
  readonly uint32?: Limits;
  readonly uint64?: Limits;
  readonly repeated?: ListRules;
  readonly map?: MapRules;
}

/** Rules for a list; `items` holds for each of them. */
export interface ListRules {
  readonly minItems?: string;
  readonly maxItems?: string;
  readonly unique?: boolean;
  readonly items?: ValueRules;
}

/** Rules for a map. */
export interface MapRules {
  readonly minPairs?: string;
  readonly keys?: ValueRules;
  readonly values?: ValueRules;
}

interface TextRules {
  readonly minLen?: string;
  readonly maxLen?: string;
  readonly maxBytes?: string;
  readonly in?: readonly string[];
  readonly pattern?: string;
  readonly wellKnownRegex?: string;
  readonly strict?: boolean;
  readonly ignoreEmpty?: boolean;
}

/** Bounds of a number: 64-bit integers are texts, and so are durations (`0.001s`). */
interface Limits {
  readonly gt?: number | string;
  readonly gte?: number | string;
  readonly lt?: number | string;
  readonly lte?: number | string;
}

const headerName = "^:?[0-9a-zA-Z!#$%&'*+-.^_|~`]+$";
const headerValue = '^[^\u0000-\u0008\u000a-\u001f\u007f]*$';
const looseHeader = '^[^\u0000\n\r]*$';

/** Why a text breaks its rules, in the words of protoc-gen-validate for Go; undefined when it does not. */
export function judgeText(rules: TextRules, text: string): string | undefined {
  if (text === '' && rules.ignoreEmpty === true) return undefined;
  if (rules.in !== undefined && !rules.in.includes(text)) return `value must be in list [${rules.in.join(' ')}]`;
  const pattern = rules.pattern ?? patternOf(rules);
  return (
    judgeLength([...text].length, rules.minLen, rules.maxLen, 'runes') ??
    judgeLength(Buffer.byteLength(text), undefined, rules.maxBytes, 'bytes') ??
    (pattern === undefined || new RegExp(pattern, 'u').test(text)
      ? undefined
      : `value does not match regex pattern ${quoteGo(pattern)}`)
  );
}

function patternOf({ wellKnownRegex, strict }: TextRules): string | undefined {
  if (wellKnownRegex === undefined) return undefined;
  if (strict === false) return looseHeader;
  return wellKnownRegex === 'HTTP_HEADER_NAME' ? headerName : headerValue;
}

/** Why a text or bytes are too short or too long; `unit` is `runes` or `bytes`. */
export function judgeLength(
  length: number,
  least: string | undefined,
  most: string | undefined,
  unit: string,
): string | undefined {
  if (!isOutside(length, least, most)) return undefined;
  if (least === undefined) return `value length must be at most ${most ?? ''} ${unit}`;
  return most === undefined
    ? `value length must be at least ${least} ${unit}`
    : `value length must be between ${least} and ${most} ${unit}, inclusive`;
}

/** Why there are too few or too many items or pairs. */
export function judgeCount(
  count: number,
  least: string | undefined,
  most: string | undefined,
  unit: string,
): string | undefined {
  if (!isOutside(count, least, most)) return undefined;
  if (least === most) return `value must contain exactly ${least ?? ''} ${unit}(s)`;
  return least === undefined
    ? `value must contain no more than ${most ?? ''} ${unit}(s)`
    : `value must contain at least ${least} ${unit}(s)`;
}

const isOutside = (size: number, least: string | undefined, most: string | undefined): boolean =>
  size < Number(least ?? 0) || size > Number(most ?? Infinity);

/** Why a number is out of bounds. */
export const judgeNumber = (limits: Limits, value: number | bigint): string | undefined =>
  judgeLimits(limits, value, (limit) => (typeof limit === 'string' ? BigInt(limit) : limit), String);

/** Why a duration, in nanoseconds, is out of bounds. */
export const judgeDuration = (limits: Limits, nanoseconds: bigint): string | undefined =>
  judgeLimits(
    limits,
    nanoseconds,
    (limit) => parseSeconds(String(limit)),
    (value) => formatGoDuration(BigInt(value)),
  );

/** Nanoseconds of a duration in proto-JSON. */
function parseSeconds(text: string): bigint {
  const [whole = '0', fraction = ''] = text.slice(0, -1).split('.');
  return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function judgeLimits(
  limits: Limits,
  value: number | bigint,
  read: (limit: number | string) => number | bigint,
  print: (limit: number | bigint) => string,
): string | undefined {
  const low = limits.gt ?? limits.gte;
  const high = limits.lt ?? limits.lte;
  const least = low === undefined ? undefined : read(low);
  const most = high === undefined ? undefined : read(high);
  const isLow = least !== undefined && (limits.gt === undefined ? value < least : value <= least);
  const isHigh = most !== undefined && (limits.lt === undefined ? value > most : value >= most);
  if (least === undefined || most === undefined) {
    if (isLow) return `value must be greater than ${orEqual(limits.gt)}${print(least)}`;
    return isHigh ? `value must be less than ${orEqual(limits.lt)}${print(most)}` : undefined;
  }
  if (least <= most) {
    const range = `${limits.gt === undefined ? '[' : '('}${print(least)}, ${print(most)}${limits.lt === undefined ? ']' : ')'}`;
    return isLow || isHigh ? `value must be inside range ${range}` : undefined;
  }
  // bounds the wrong way round: what lies between them is refused
  return isLow && isHigh ? `value must be outside range (${print(most)}, ${print(least)})` : undefined;
}

const orEqual = (strict: number | string | undefined): string => (strict === undefined ? 'or equal to ' : '');
