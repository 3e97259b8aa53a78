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

/** The query of a request; `URLSearchParams` keeps order and repetitions. Go leaves out what it cannot read. */
export function queryOf({ raw: { url = '' } }: FastifyRequest): Query {
  const start = url.indexOf('?');
  if (start === -1) return noQuery;
  const query = url.slice(start + 1);
  if (!unreadable.test(query)) return new URLSearchParams(query);
  const readable = query.split('&').filter((parameter) => !unreadable.test(parameter));
  return new URLSearchParams(readable.join('&'));
}

const noQuery: Query = new URLSearchParams();

/** A semicolon, which once separated parameters, and a percent sign that escapes nothing. */
const unreadable = /;|%(?![0-9a-f]{2})/i;

/** The URL under which the client asked, without query: scheme of the connection, its Host header, its path. */
export const baseUrlOf = (request: FastifyRequest): string =>
  `${request.protocol}://${request.headers.host ?? ''}${pathOf(request)}`;
