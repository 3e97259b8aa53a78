import { quoteGo } from '../lib/go-quote.js';
import { err, ok, type Result } from '../lib/result.js';

const command = /%([A-Z_0-9]+)(?:\(([^)]*)\))?(?::([0-9]+))?%/y;

/** Operators that take arguments, as they stand in messages, and what they need. */
const usages: ReadonlyMap<string, { readonly usage: string; readonly needs: string }> = new Map([
  ...['REQ', 'RESP', 'TRAILER'].map(
    (name) =>
      [
        name,
        { usage: `%${name}(X?Y):Z%`, needs: 'a header and optional alternative header names as its arguments' },
      ] as const,
  ),
  [
    'DYNAMIC_METADATA',
    { usage: '%DYNAMIC_METADATA(NAMESPACE:KEY*):Z%', needs: 'a filter namespace and optional path as its arguments' },
  ],
  ['FILTER_STATE', { usage: '%FILTER_STATE(KEY):Z%', needs: 'a key as its argument' }],
]);

/** One command operator of a format. */
export interface LogOperator {
  readonly kind: 'operator';
  /** The whole operator, with its percent signs. */
  readonly token: string;
  readonly name: string;
  /** What stands between the parentheses; undefined without them. */
  readonly args: string | undefined;
  /** Digits. */
  readonly limit: string | undefined;
}

/** A piece of a format: text that is written as it is, or an operator that stands for a value. */
export type LogPiece = { readonly kind: 'text'; readonly text: string } | LogOperator;

/**
 * The pieces of the format of an access log. The error says, in the words of Kuma 2.5, which is the first operator that
 * Envoy would not take. Names of operators are not checked.
 */
export function parseLogFormat(format: string): Result<readonly LogPiece[], string> {
  const pieces: LogPiece[] = [];
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    const text = format.slice(at, percent < 0 ? format.length : percent);
    if (text !== '') pieces.push({ kind: 'text', text });
    if (percent < 0) break;
    const operator = readOperator(format, percent);
    if (!operator.ok) return err(`format string is not valid: ${operator.error}`);
    pieces.push(operator.value);
    at = percent + operator.value.token.length;
  }
  return ok(pieces);
}

/** What is wrong with the format of an access log; undefined when nothing is. */
export function findFormatError(format: string): string | undefined {
  const parsed = parseLogFormat(format);
  return parsed.ok ? undefined : parsed.error;
}

function readOperator(format: string, at: number): Result<LogOperator, string> {
  command.lastIndex = at;
  const match = command.exec(format);
  if (match === null) {
    const position = Buffer.byteLength(format.slice(0, at)) + 1;
    const rest = quoteGo(format.slice(at));
    return err(`expected a command operator to start at position ${position}, instead got: ${rest}`);
  }
  const [token, name = '', args, limit] = match;
  const operator: LogOperator = { kind: 'operator', token, name, args, limit };
  const trouble = findOperatorError(operator);
  return trouble === undefined ? ok(operator) : err(trouble);
}

function findOperatorError(operator: LogOperator): string | undefined {
  const { token, name, args = '', limit } = operator;
  switch (name) {
    case 'REQ':
    case 'RESP':
    case 'TRAILER':
      return findMissingArguments(operator) ?? findLimitError(operator) ?? findHeaderError(token, args);
    case 'DYNAMIC_METADATA':
      return findLimitError(operator) ?? findMissingArguments(operator);
    case 'FILTER_STATE':
      return findLimitError(operator) ?? findMissingArguments({ ...operator, args: args === '' ? undefined : args });
    case 'START_TIME':
      return /%[-_0^#]*[1-9]*n/.test(args)
        ? `start time format string contains a newline in ${quoteGo(token)}`
        : undefined;
    default:
      return operator.args === undefined && limit === undefined
        ? undefined
        : `command ${quoteGo(`%${name}%`)} doesn't support arguments or max length constraint, instead got ${quoteGo(token)}`;
  }
}

/** Parentheses without anything between them count as arguments. */
function findMissingArguments({ token, name, args }: LogOperator): string | undefined {
  const { usage = '', needs = '' } = usages.get(name) ?? {};
  return args === undefined ? `command ${quoteGo(usage)} requires ${needs}, instead got ${quoteGo(token)}` : undefined;
}

/** Go's largest integer is the limit of limits. */
function findLimitError({ token, limit }: LogOperator): string | undefined {
  const digits = limit?.replace(/^0+/, '') ?? '';
  const isInteger = digits.length < 19 || (digits.length === 19 && digits <= '9223372036854775807');
  return isInteger ? undefined : `length must be an integer, instead got ${quoteGo(limit ?? '')} in ${quoteGo(token)}`;
}

function findHeaderError(token: string, args: string): string | undefined {
  const headers = args.split('?');
  if (headers.length > 2) return `more than 1 alternative header specified in ${quoteGo(token)}`;
  // eslint-disable-next-line no-control-regex -- exactly these would end a header early
  return /[\u0000\r\n]/.test(args) ? `header name contains a newline in ${quoteGo(token)}` : undefined;
}
