import type { FastifyReply, FastifyRequest } from 'fastify';

import { describeIdentity, isAllowed } from '../access/identity.js';
import type { ApiContext } from './api-context.js';
import { sendProblem, sendText } from './reply.js';
import { pathOf } from './request.js';
import type { RouteTable } from './route-table.js';

/** What Kuma's router and filters refuse before a handler runs, in their order. Undefined when nothing is wrong. */
export function refuseEarly(
  { settings }: ApiContext,
  routes: RouteTable,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  const path = pathOf(request);
  const clean = cleanPath(path);
  if (clean !== path && path !== `${clean}/`) {
    const query = request.raw.url?.slice(path.length) ?? '';
    return reply.code(307).header('location', `${clean}${query}`).type('text/html; charset=utf-8').send('');
  }
  if (/%2f/i.test(path)) return sendText(reply, 404, '404: Page Not Found');
  if (request.is404) {
    const allowed = routes.methodsOf(path);
    if (allowed.length === 0) return sendText(reply, 404, '404: Page Not Found');
    return sendText(reply.header('allow', allowed.join(', ')), 405, '405: Method Not Allowed');
  }
  return (
    refuseMedia(request, reply) ??
    refuseAccess(request, reply, settings.anonymousAccess) ??
    (isWrite(request) && settings.readOnly ? sendProblem(reply, { problem: 'method-not-allowed' }) : undefined)
  );
}

/** What is sent must be JSON, and JSON must be welcome. */
function refuseMedia(request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined {
  if (request.method === 'PUT' || request.method === 'POST') {
    const type = request.headers['content-type'];
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    if (withoutParameters(type ?? '') !== 'application/json')
      return hasBody
        ? sendText(reply, 415, '415: Unsupported Media Type')
        : sendText(reply, 406, '406: Not Acceptable\n\nAvailable representations: ');
  }
  return acceptsJson(request.headers.accept) || request.routeOptions.config.isPage === true
    ? undefined
    : sendText(reply, 406, '406: Not Acceptable\n\nAvailable representations: application/json');
}

function refuseAccess(
  request: FastifyRequest,
  reply: FastifyReply,
  anonymousAccess: ApiContext['settings']['anonymousAccess'],
): FastifyReply | undefined {
  if (request.routeOptions.config.isOpen === true) return undefined;
  // who asks for a token is told by its own route
  const verb = isWrite(request) ? 'write' : 'read';
  if (isAllowed(request.identity, verb, anonymousAccess)) return undefined;
  const detail = `user "${describeIdentity(request.identity)}" cannot ${verb} without authentication; see the setting apiServer.anonymousAccess`;
  return sendProblem(reply, { problem: 'forbidden', detail });
}

const isWrite = (request: FastifyRequest): boolean => request.method === 'PUT' || request.method === 'DELETE';

/** Kuma takes an absent header, the range of all types, and JSON, with any quality; no wildcards of one type. */
const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined ||
  accept.trim() === '' ||
  accept.split(',').some((range) => ['*/*', 'application/json'].includes(withoutParameters(range)));

const withoutParameters = (mediaType: string): string => mediaType.split(';', 1)[0]?.trim() ?? '';

/** The path without empty, `.` and `..` segments, to which the mux of Go redirects. */
function cleanPath(path: string): string {
  if (!/\/\/|\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}${path.endsWith('/') && segments.length > 0 ? '/' : ''}`;
}
