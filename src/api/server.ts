import type { Socket } from 'node:net';

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { describeIdentity, identify, isAllowed, type Identity } from '../access/identity.js';
import type { ApiContext } from './api-context.js';
import { renderJson } from './render.js';
import { sendProblem, sendText } from './reply.js';
import { RouteTable } from './route-table.js';
import { registerIndexRoutes } from './index-routes.js';
import { registerInsightRoutes } from './insight-routes.js';
import { registerOverviewRoutes } from './overview-routes.js';
import { registerZoneProxyRoutes } from './zone-proxy-routes.js';
import { registerInspectRoutes } from './inspect-routes.js';
import { registerResourceRoutes } from './resource-routes.js';
import { registerOpenApi } from './openapi.js';

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity;
  }
}

/** A Fastify instance with all routes of the API. */
export type Api = FastifyInstance;

/** The API as a Fastify instance without a port: routes, limits and refusals. `listen` is the caller's. */
export async function buildApi(context: ApiContext): Promise<Api> {
  const { settings } = context;
  const app = fastify({
    logger: false,
    bodyLimit: settings.bodyLimit,
    requestTimeout: settings.requestTimeout,
    keepAliveTimeout: 72_000,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: true, maxParamLength: 2_000 },
    http: { headersTimeout: settings.headersTimeout, maxHeaderSize: 16_384, connectionsCheckingInterval: 1_000 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (_error, _request, reply) => void sendText(reply, 400, '400: Bad Request'),
    ajv: { customOptions: { coerceTypes: false, useDefaults: false, removeAdditional: false } },
  });
  const routes = new RouteTable();
  app.addHook('onRoute', (route) => {
    routes.add(route.method, route.url);
  });
  // bodies are judged by admission, whose wording is the contract; the route schemas feed the OpenAPI document
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => renderJson(data));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  app.decorateRequest('identity', null as unknown as Identity);
  app.addHook('onRequest', async (request, reply) => {
    request.identity = identify(
      { peer: request.socket.remoteAddress ?? '', host: request.headers.host, origin: request.headers.origin },
      settings.localhostIsAdmin,
    );
    return refuseEarly(context, routes, request, reply);
  });
  app.addHook('onResponse', (request, reply, done) => {
    context.observe({
      method: request.method,
      route: request.is404 ? undefined : request.routeOptions.url,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
      bytes: Number(reply.getHeader('content-length') ?? 0),
    });
    done();
  });
  app.setNotFoundHandler((_request, reply) => sendText(reply, 404, '404: Page Not Found'));
  app.setErrorHandler((error, request, reply) => answerError(context, error, request, reply));
  await registerOpenApi(app, context);
  registerIndexRoutes(app, context);
  registerResourceRoutes(app, context);
  registerOverviewRoutes(app, context);
  registerInsightRoutes(app, context);
  registerZoneProxyRoutes(app, context);
  registerInspectRoutes(app, context);
  return app;
}

/** What Kuma's router and filters refuse before a handler runs, in their order. Undefined when nothing is wrong. */
function refuseEarly(
  { settings }: ApiContext,
  routes: RouteTable,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  const path = request.raw.url?.split('?', 1)[0] ?? '/';
  const clean = cleanPath(path);
  if (clean !== path && path !== `${clean}/`) {
    const query = request.raw.url?.slice(path.length) ?? '';
    return reply.code(307).header('location', `${clean}${query}`).type('text/html; charset=utf-8').send('');
  }
  if (/%2f/i.test(path)) return sendText(reply, 404, '404: Page Not Found');
  if (request.is404) {
    const allowed = routes.methodsOf(decodePath(path));
    if (allowed.length === 0) return sendText(reply, 404, '404: Page Not Found');
    return sendText(reply.header('allow', allowed.join(', ')), 405, '405: Method Not Allowed');
  }
  if (request.method === 'PUT' || request.method === 'POST') {
    const type = request.headers['content-type'];
    const hasBody =
      request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    if (type === undefined && !hasBody)
      return sendText(reply, 406, '406: Not Acceptable\n\nAvailable representations: ');
    if (type?.startsWith('application/json') !== true) return sendText(reply, 415, '415: Unsupported Media Type');
  }
  if (!acceptsJson(request.headers.accept) && !isPage(request)) {
    return sendText(reply, 406, '406: Not Acceptable\n\nAvailable representations: application/json');
  }
  const verb = request.method === 'GET' ? 'read' : 'write';
  if (!isAllowed(request.identity, verb, settings.anonymousAccess)) {
    const detail = `user "${describeIdentity(request.identity)}" cannot ${verb} without authentication; see the setting apiServer.anonymousAccess`;
    return sendProblem(reply, { problem: 'forbidden', detail });
  }
  if (verb === 'write' && settings.readOnly) return sendProblem(reply, { problem: 'method-not-allowed' });
  return undefined;
}

/** True for the routes that are not part of the JSON API, and so give what they have. */
const isPage = (request: FastifyRequest): boolean =>
  (request.routeOptions.config as { isPage?: boolean }).isPage === true;

/** Kuma takes an absent header, the range of all types, and JSON, with any quality; no wildcards of one type. */
const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined ||
  accept.trim() === '' ||
  accept.split(',').some((range) => ['*/*', 'application/json'].includes(range.split(';', 1)[0]?.trim() ?? ''));

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

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function answerError(context: ApiContext, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code, statusCode } = error as { readonly code?: string; readonly statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return sendProblem(reply, { problem: 'body-too-large', limit: context.settings.bodyLimit });
  }
  if (statusCode !== undefined && statusCode < 500) {
    return sendProblem(reply, {
      problem: 'bad-request',
      detail: error instanceof Error ? error.message : 'the request cannot be read',
    });
  }
  context.log.error({ err: error, requestId: request.id, method: request.method, url: request.url }, 'request failed');
  const title = (request.routeOptions.config as { failureTitle?: string }).failureTitle ?? 'Internal Server Error';
  return sendProblem(reply, { problem: 'internal', title });
}

/** Answers what is no HTTP, or too slow, or too large to be parsed, before there is a request. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const body = status.replace(' ', ': ');
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
