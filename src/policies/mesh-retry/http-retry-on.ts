const conditions = new Set([
  '5xx',
  'GatewayError',
  'Reset',
  'Retriable4xx',
  'ConnectFailure',
  'EnvoyRatelimited',
  'RefusedStream',
  'Http3PostConnectFailure',
  'HttpMethodConnect',
  'HttpMethodDelete',
  'HttpMethodGet',
  'HttpMethodHead',
  'HttpMethodOptions',
  'HttpMethodPatch',
  'HttpMethodPost',
  'HttpMethodPut',
  'HttpMethodTrace',
]);

/** First and last of the statuses that Go has a text for. */
const statusRanges: readonly (readonly [number, number])[] = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
];

/** True for what an HTTP request may be tried again for: a condition, a method, or a status that Go knows (`+0503` too). */
export function isHTTPRetryOn(item: string): boolean {
  if (conditions.has(item)) return true;
  const status = /^[+-]?[0-9]+$/.test(item) ? Number(item) : 0;
  return statusRanges.some(([first, last]) => first <= status && status <= last);
}
