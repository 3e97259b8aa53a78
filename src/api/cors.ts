import type { FastifyReply, FastifyRequest } from 'fastify';

/** What pages of other origins may read of an answer besides its body. */
const exposedHeaders = 'Access-Control-Allow-Origin, ETag, Link, Warning, X-Request-Id';
/** What they may send. */
const allowedHeaders = 'Accept, Authorization, Content-Type, If-Match, If-None-Match, X-Request-Id';
/** Seconds for which a browser need not ask again. */
const maxAge = '600';

/** Tells whether pages of an origin may call the API. */
export type OriginCheck = (origin: string) => boolean;

/**
 * Makes the check from the setting `apiServer.corsAllowedDomains`. What is an origin itself stands for just that one;
 * everything else is a regular expression for the whole origin, without regard to case.
 */
export function compileOrigins(allowed: readonly string[]): OriginCheck {
  const isOrigin = (text: string): boolean => /^https?:\/\/[a-z0-9.:[\]-]+$/i.test(text);
  const exact = new Set(allowed.filter(isOrigin).map((origin) => origin.toLowerCase()));
  const patterns = allowed.filter((text) => !isOrigin(text)).map((text) => new RegExp(`^(?:${text})$`, 'i'));
  return (origin) => exact.has(origin.toLowerCase()) || patterns.some((pattern) => pattern.test(origin));
}

/**
 * Lets pages of allowed origins read the answer. For a preflight of such a page, answers it: with the methods of the
 * path; undefined when the request is to go on.
 */
export function answerOrigin(
  isAllowed: OriginCheck,
  methodsOf: () => readonly string[],
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  const { origin, 'access-control-request-method': asked } = request.headers;
  if (origin === undefined || !isAllowed(origin)) return undefined;
  reply.header('access-control-allow-origin', origin).header('vary', 'Origin');
  if (request.method !== 'OPTIONS' || asked === undefined) {
    reply.header('access-control-expose-headers', exposedHeaders);
    return undefined;
  }
  const methods = methodsOf();
  if (methods.length === 0) return undefined;
  return reply
    .header('access-control-allow-methods', methods.join(','))
    .header('access-control-allow-headers', allowedHeaders)
    .header('access-control-max-age', maxAge)
    .code(200)
    .send();
}
