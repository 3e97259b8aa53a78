import type { FastifyRequest } from 'fastify';

import type { Query } from './list-query.js';

/** The target of a request without scheme and authority, which clients of proxies send too (RFC 9112, 3.2.2). */
export function toOriginForm(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.startsWith('?') || path === '' ? `/${path}` : path;
}

/** The path of a request as it was sent, without query. */
export const pathOf = ({ raw }: FastifyRequest): string => raw.url?.split('?', 1)[0] ?? '/';

/** The query of a request; `URLSearchParams` keeps order and repetitions. */
export const queryOf = (request: FastifyRequest): Query =>
  new URLSearchParams(request.raw.url?.slice(pathOf(request).length + 1) ?? '');

/** The URL under which the client asked, without query: scheme of the connection, its Host header, its path. */
export const baseUrlOf = (request: FastifyRequest): string =>
  `${request.protocol}://${request.headers.host ?? ''}${pathOf(request)}`;
