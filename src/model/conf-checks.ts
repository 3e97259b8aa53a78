import { compareDecimal, parseDecimal } from '../lib/decimal.js';
import { isFilePath } from '../lib/file-path.js';
import { parseGoDuration } from '../lib/go-duration.js';
import type { IntOrString } from './nested.js';
import type { Violation } from './violation.js';

/** The checks of single values that kinds of policies share, in Kuma's words; what is absent passes. */
type Check<Value> = (field: string, value: Value | undefined) => Violation[];

const checkThat =
  <Value>(isValid: (value: Value) => boolean, message: string): Check<Value> =>
  (field, value) =>
    value === undefined || isValid(value) ? [] : [{ field, message }];

const nanosecondsOf = (duration: string): bigint => parseGoDuration(duration) ?? 0n;

/** Unsigned numbers. */
export const checkPositive = checkThat<number>((value) => value > 0, 'must be greater than 0');

/** Signed numbers. */
export const checkPositiveWhenDefined = checkThat<number>(
  (value) => value > 0,
  'must be greater than zero when defined',
);

/** A duration that cannot be switched off by 0. */
export const checkDurationPositive = checkThat<string>(
  (value) => nanosecondsOf(value) > 0n,
  'must be greater than zero when defined',
);

/** A duration that 0 switches off. */
export const checkDurationNotNegative = checkThat<string>(
  (value) => nanosecondsOf(value) >= 0n,
  'must not be negative when defined',
);

/** A duration longer than `limit`, in Go's notation. */
export const checkDurationAbove = (limit: string): Check<string> =>
  checkThat((value) => nanosecondsOf(value) > nanosecondsOf(limit), `must be greater than: ${limit}`);

/** A whole number of percent. */
export const checkPercent = checkThat<number>((value) => value >= 0 && value <= 100, 'has to be in [0 - 100] range');

/** A percentage with decimals. */
export const checkPercentage: Check<IntOrString> = (field, value) => {
  const decimal = value === undefined ? undefined : parseDecimal(String(value));
  if (value !== undefined && decimal === undefined) return [{ field, message: 'string has to be a valid number' }];
  return decimal === undefined || (compareDecimal(decimal, 0) >= 0 && compareDecimal(decimal, 100) <= 0)
    ? []
    : [{ field, message: 'has to be in [0.0 - 100.0] range' }];
};

/** A status of HTTP. */
export const checkStatusCode = checkThat<number>((value) => value >= 100 && value < 600, 'must be in range [100, 600)');

/** An absolute path of a file. */
export const checkFilePath = checkThat<string>(isFilePath, 'has to be a valid path when defined');

/** What has to be there, whatever it is. */
export const mustBeDefined = (field: string): Violation => ({ field, message: 'must be defined' });

/** What has to be there and to have something in it. */
export const mustNotBeEmpty = (field: string): Violation => ({ field, message: 'must not be empty' });

/** An object of which one of these fields has to be there at least. */
export const checkAtLeastOne = <Conf extends object>(
  field: string,
  conf: Conf,
  names: readonly (keyof Conf & string)[],
): Violation[] =>
  names.some((name) => conf[name] !== undefined)
    ? []
    : [{ field, message: `must have at least one defined: ${names.join(', ')}` }];
