import { rememberTexts } from '../lib/remember.js';
import { parseLogFormat, type LogOperator, type LogPiece } from '../model/access-log-format.js';
import { formatAddress } from '../model/net.js';
import type { LogCaptures } from './listener-plan.js';
import type { ProxyPlan } from './proxy-plan.js';

/** How connections are logged where a policy says nothing of the format; without the end of the line. */
export const defaultTcpFormat =
  '[%START_TIME%] %RESPONSE_FLAGS% %KUMA_MESH% %KUMA_SOURCE_ADDRESS_WITHOUT_PORT%(%KUMA_SOURCE_SERVICE%)->' +
  '%UPSTREAM_HOST%(%KUMA_DESTINATION_SERVICE%) took %DURATION%ms, sent %BYTES_SENT% bytes, received: %BYTES_RECEIVED% bytes';

/** How requests are logged where a policy says nothing of the format; without the end of the line. */
export const defaultHttpFormat =
  '[%START_TIME%] %KUMA_MESH% "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% ' +
  '%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% ' +
  '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-B3-TRACEID?X-DATADOG-TRACEID)%" "%REQ(X-REQUEST-ID)%" ' +
  '"%REQ(:AUTHORITY)%" "%KUMA_SOURCE_SERVICE%" "%KUMA_DESTINATION_SERVICE%" "%KUMA_SOURCE_ADDRESS_WITHOUT_PORT%" ' +
  '"%UPSTREAM_HOST%"';

/** The connections that a log is of. */
export interface LoggedConnections {
  readonly sourceService: string;
  readonly destinationService: string;
  readonly direction: 'INBOUND' | 'OUTBOUND' | 'UNSPECIFIED';
}

/**
 * The format with Kuma's placeholders replaced, and what is left for Envoy in Kuma's spelling: names of headers in lower
 * case. Undefined for a format that Envoy would refuse, and the listener with it.
 */
export function fillLogFormat(
  format: string,
  plan: Pick<ProxyPlan, 'mesh' | 'address'>,
  connections: LoggedConnections,
): string | undefined {
  const pieces = compileOnce(format, compileFormat);
  if (pieces === undefined) return undefined;
  const values = placeholders(plan, connections);
  return pieces.map((piece) => (typeof piece === 'string' ? piece : (values.get(piece.placeholder) ?? ''))).join('');
}

/** A format: what is the same for all connections, and what is put in between. */
type Compiled = readonly (string | { readonly placeholder: string })[] | undefined;

/** There are few formats and many connections. */
const compileOnce = rememberTexts<Compiled>();

function compileFormat(format: string): Compiled {
  const parsed = parseLogFormat(format);
  if (!parsed.ok) return undefined;
  const pieces: (string | { readonly placeholder: string })[] = [];
  for (const piece of parsed.value) {
    const isPlaceholder = piece.kind === 'operator' && piece.name.startsWith('KUMA_');
    const last = pieces.at(-1);
    if (isPlaceholder) pieces.push({ placeholder: piece.name });
    else if (typeof last === 'string') pieces.splice(-1, 1, last + showPiece(piece));
    else pieces.push(showPiece(piece));
  }
  return pieces;
}

/** Every name that begins with `KUMA_` is a placeholder; those that are not here stand for nothing. */
const placeholders = (
  { mesh, address }: Pick<ProxyPlan, 'mesh' | 'address'>,
  { sourceService, destinationService, direction }: LoggedConnections,
): ReadonlyMap<string, string> =>
  new Map([
    ['KUMA_SOURCE_ADDRESS', formatAddress({ address, port: 0 })],
    ['KUMA_SOURCE_ADDRESS_WITHOUT_PORT', address],
    ['KUMA_SOURCE_SERVICE', sourceService],
    ['KUMA_DESTINATION_SERVICE', destinationService],
    ['KUMA_MESH', mesh],
    ['KUMA_TRAFFIC_DIRECTION', direction],
  ]);

function showPiece(piece: LogPiece): string {
  if (piece.kind === 'text') return piece.text;
  const { name, args = '' } = piece;
  switch (name) {
    case 'REQ':
    case 'RESP':
    case 'TRAILER':
      return `%${name}(${headersOf(piece).join('?')})${showLimit(piece)}%`;
    case 'DYNAMIC_METADATA':
    case 'FILTER_STATE':
      return `%${name}(${args})${showLimit(piece)}%`;
    case 'START_TIME':
      return args === '' ? '%START_TIME%' : `%START_TIME(${args})%`;
    default:
      return piece.token;
  }
}

/** A limit of zero is none. */
function showLimit({ limit = '' }: LogOperator): string {
  const digits = limit.replace(/^0+/, '');
  return digits === '' ? '' : `:${digits}`;
}

/** The header that an operator stands for, and the one that stands in for it; either may be missing. */
function headersOf({ args = '' }: LogOperator): readonly string[] {
  const [header = '', alternative = ''] = args.toLowerCase().split('?');
  return alternative === '' ? [header] : [header, alternative];
}

/** Headers of requests that Envoy sends along unasked. */
const alwaysCaptured = new Set([
  ...[':method', ':scheme', ':authority', ':path', 'user-agent', 'referer'],
  ...['x-forwarded-for', 'x-request-id', 'x-envoy-original-path'],
]);

/** What a format needs of requests, each once, in the order of the format; nothing for one that cannot be read. */
export function capturesOf(format: string): LogCaptures {
  const parsed = parseLogFormat(format);
  const operators = (parsed.ok ? parsed.value : []).filter((piece) => piece.kind === 'operator');
  const argumentsOf = (name: string, read: (operator: LogOperator) => readonly string[]): string[] => [
    ...new Set(operators.filter((operator) => operator.name === name).flatMap(read)),
  ];
  const headers = (name: string): string[] => argumentsOf(name, headersOf).filter((header) => header !== '');
  return {
    requestHeaders: headers('REQ').filter((header) => !alwaysCaptured.has(header)),
    responseHeaders: headers('RESP'),
    responseTrailers: headers('TRAILER'),
    filterStates: argumentsOf('FILTER_STATE', ({ args = '' }) => [args]),
  };
}
