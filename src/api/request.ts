import type { FastifyRequest } from 'fastify';

import type { Query } from './list-query.js';

/** The target of a request without scheme and authority, which clients of proxies send too (RFC 9112, 3.2.2). */
export function toOriginForm(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return path.startsWith('?') || path === '' ? `/${path}` : path;
}

/** The path of a request as it was sent, without query. */
export function pathOf({ raw: { url = '/' } }: FastifyRequest): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** The query of a request; `URLSearchParams` keeps order and repetitions. */
export function queryOf({ raw: { url = '' } }: FastifyRequest): Query {
  const start = url.indexOf('?');
  return start === -1 ? noQuery : new URLSearchParams(url.slice(start + 1));
}

const noQuery: Query = new URLSearchParams();

/** The URL under which the client asked, without query: scheme of the connection, its Host header, its path. */
export const baseUrlOf = (request: FastifyRequest): string =>
  `${request.protocol}://${request.headers.host ?? ''}${pathOf(request)}`;
