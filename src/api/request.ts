import type { FastifyRequest } from 'fastify';

import type { Query } from './list-query.js';

/** The query of a request; `URLSearchParams` keeps order and repetitions. */
export const queryOf = (request: FastifyRequest): Query => new URLSearchParams(request.raw.url?.split('?', 2)[1] ?? '');

/** The URL under which the client asked, without query: scheme of the connection, its Host header, its path. */
export function baseUrlOf(request: FastifyRequest): string {
  const scheme = request.protocol === 'https' ? 'https' : 'http';
  return `${scheme}://${request.headers.host ?? ''}${request.raw.url?.split('?', 1)[0] ?? ''}`;
}
