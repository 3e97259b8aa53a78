/** The message of something thrown, and that of its cause. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // an AggregateError of several connection attempts has no message of its own
  const message = error.message === '' && 'code' in error ? String(error.code) : error.message;
  return error.cause === undefined ? message : `${message}: ${describeError(error.cause)}`;
}
