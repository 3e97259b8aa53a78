import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';

import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { StoreError } from '../store/store-error.js';
import type { ApiContext } from './api-context.js';
import { BodyTurns } from './body-turns.js';
import { registerGuiRoutes } from './gui-routes.js';
import { registerIndexRoutes } from './index-routes.js';
import { registerInsightRoutes } from './insight-routes.js';
import { registerOverviewRoutes } from './overview-routes.js';
import { registerZoneProxyRoutes } from './zone-proxy-routes.js';
import { registerInspectRoutes } from './inspect-routes.js';
import { limitConnections } from './limit-connections.js';
import { LoadLimits } from './load-limits.js';
import { registerOpenApi } from './openapi.js';
import { OpenAnswers, refuseTunnel } from './open-answers.js';
import { receiveRequests } from './receive-requests.js';
import { renderJson } from './render.js';
import { sendProblem, sendText } from './reply.js';
import { toOriginForm } from './request.js';
import { registerResourceRoutes } from './resource-routes.js';
import { createSecureServer } from './secure-server.js';
import { registerTokenRoutes } from './token-routes.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The same API over TLS, not yet listening; undefined without. It closes with the instance. */
    secureServer: Server | undefined;
  }
}

/** Milliseconds after which a connection without requests is closed. */
const keepAliveTimeout = 72_000;

/** A Fastify instance with all routes of the API. */
export type Api = FastifyInstance;

/** The API as a Fastify instance without a port: routes, limits and refusals. `listen` is the caller's. */
export async function buildApi(context: ApiContext): Promise<Api> {
  const { settings } = context;
  const { maxHeaderSize } = settings;
  const answers = new OpenAnswers(settings);
  const limits = new LoadLimits(settings);
  const http = {
    // Node.js wants them in this order
    headersTimeout: Math.min(settings.headersTimeout, settings.requestTimeout),
    requestTimeout: settings.requestTimeout,
    keepAliveTimeout,
    maxHeaderSize,
    connectionsCheckingInterval: 1_000,
  };
  const app = fastify({
    logger: false,
    bodyLimit: settings.bodyLimit,
    requestTimeout: settings.requestTimeout,
    keepAliveTimeout,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    genReqId: chooseRequestId,
    rewriteUrl: ({ url = '/' }) => toOriginForm(url),
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: true, maxParamLength: maxHeaderSize },
    http,
    clientErrorHandler: (error, socket) => {
      answers.answerBroken(error, socket);
    },
    frameworkErrors: (_error, _request, reply) => void sendText(reply, 400, '400: Bad Request'),
  });
  const secure =
    context.tls &&
    createSecureServer(context.tls, http, settings.headersTimeout, (request, response) => {
      app.routing(request, response);
    });
  app.decorate('secureServer', secure?.server);
  secure?.server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    answers.answerBroken(error, socket);
  });
  for (const server of [app.server, ...(secure === undefined ? [] : [secure.server])]) {
    server.on('connect', (_request, socket) => {
      refuseTunnel(socket);
    });
    limitConnections(server, limits, (socket) => {
      if (server === app.server) answers.refuseConnection(socket);
      else socket.destroy();
    });
  }
  // bodies are judged by admission, whose wording is the contract; the route schemas feed the OpenAPI document
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => renderJson(data));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  app.setNotFoundHandler((_request, reply) => sendText(reply, 404, '404: Page Not Found'));
  app.setErrorHandler((error, request, reply) => answerError(context, error, request, reply));
  app.addHook('preClose', (done) => {
    answers.makeLast();
    done();
  });
  app.addHook('onClose', () => secure?.close());
  const turns = new BodyTurns();
  app.addHook('preHandler', (request, _reply, done) => {
    turns.take(typeof request.body === 'string' ? request.body.length : 0, done);
  });
  receiveRequests(app, context, answers, limits);
  await registerOpenApi(app, context);
  registerIndexRoutes(app, context);
  registerResourceRoutes(app, context);
  registerOverviewRoutes(app, context);
  registerInsightRoutes(app, context);
  registerZoneProxyRoutes(app, context);
  registerInspectRoutes(app, context);
  registerTokenRoutes(app, context);
  await registerGuiRoutes(app, context);
  return app;
}

/** The id that the client gave the request, if it is one that may stand in a log; otherwise a new one. */
function chooseRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:/+=-]{1,128}$/.test(given) ? given : randomUUID();
}

function answerError(context: ApiContext, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code, statusCode } = error as { readonly code?: string; readonly statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return sendProblem(reply, { problem: 'body-too-large', limit: context.settings.bodyLimit });
  }
  if (statusCode !== undefined && statusCode < 500) {
    const detail = error instanceof Error ? error.message : 'the request cannot be read';
    return sendProblem(reply, { problem: 'bad-request', detail });
  }
  context.log.error({ err: error, requestId: request.id, method: request.method, url: request.url }, 'request failed');
  return sendProblem(reply, isPassing(error) ? storeIsUnavailable : { problem: 'internal' });
}

const storeIsUnavailable = {
  problem: 'unavailable',
  title: 'Service Unavailable',
  detail: 'the store cannot be used at the moment; nothing was changed, try again later',
} as const;

/** True for failures of the store that pass when there is space again, or another program lets go of the file. */
const isPassing = (error: unknown): boolean =>
  error instanceof StoreError && ['full', 'busy', 'closed'].includes(error.fault);
