import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { authenticateUser, bearerToken } from '../access/authenticate.js';
import { identify, isAnonymous, type Identity } from '../access/identity.js';
import type { ApiContext } from './api-context.js';
import { answerOrigin, compileOrigins } from './cors.js';
import type { OpenAnswers } from './open-answers.js';
import type { Admission, LoadLimits } from './load-limits.js';
import { refuseEarly } from './refuse-early.js';
import { sendProblem } from './reply.js';
import { pathOf } from './request.js';
import { isCertified } from './secure-server.js';
import { RouteTable, toTemplate } from './route-table.js';

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity;
  }
  interface FastifyInstance {
    /** Every route there is. */
    routeTable: RouteTable;
  }
  interface FastifyContextConfig {
    /** The route gives a page, script or picture, whatever the client says that it accepts. */
    readonly isPage?: boolean;
    /** Whoever reaches the port may have it. */
    readonly isOpen?: boolean;
  }
}

/** What is done with every request before its handler: measure it, name it, say who sent it, refuse what cannot be. */
export function receiveRequests(
  app: FastifyInstance,
  context: ApiContext,
  answers: OpenAnswers,
  limits: LoadLimits,
): void {
  const { settings } = context;
  const routes = new RouteTable();
  const isAllowedOrigin = compileOrigins(settings.corsAllowedDomains);
  app.decorate('routeTable', routes);
  app.addHook('onRoute', ({ method, url }) => {
    routes.add(method, url);
  });
  app.decorateRequest('identity');
  app.addHook('onRequest', (request, reply, done) => {
    const peer = request.socket.remoteAddress ?? '';
    const admission = limits.begin(peer, request.headers);
    follow(context, answers, admission, request, reply);
    reply.header('x-request-id', request.id);
    if (admission.refusal !== undefined) {
      sendProblem(reply.header('connection', 'close').header('retry-after', '1'), admission.refusal);
      return;
    }
    const { host, origin, authorization } = request.headers;
    const hasCertificate = settings.authn === 'adminClientCerts' && isCertified(request.raw.socket);
    const caller = { peer, host, origin, isCertified: hasCertificate };
    request.identity = identify(caller, settings.localhostIsAdmin);
    const methodsOf = () => routes.methodsOf(pathOf(request));
    if (answerOrigin(isAllowedOrigin, methodsOf, request, reply) !== undefined) return;
    const goOn = (): void => {
      if (refuseEarly(context, routes, request, reply) === undefined) done();
    };
    const isOpen = request.routeOptions.config.isOpen === true;
    const needsToken = settings.authn === 'tokens' && isAnonymous(request.identity) && !isOpen;
    const token = needsToken ? bearerToken(authorization) : undefined;
    if (token === undefined) {
      goOn();
      return;
    }
    acceptToken(context, request, token).then((isAccepted) => {
      if (isAccepted) goOn();
      else sendProblem(reply, { problem: 'unauthenticated' });
    }, done);
  });
}

/** Notes who sent the request, as its token says; false for one that does not hold, on every path, also on unknown ones. */
async function acceptToken(
  { store, settings, now, log }: ApiContext,
  request: FastifyRequest,
  token: string,
): Promise<boolean> {
  const user = await authenticateUser(store, token, settings.userTokens, now());
  if (user.ok) {
    request.identity = user.value;
    return true;
  }
  log.info({ requestId: request.id, peer: request.socket.remoteAddress, reason: user.error }, 'refused a token');
  return false;
}

/** Follows a request until it is answered, or its client hangs up. */
function follow(
  { measureRequest }: ApiContext,
  answers: OpenAnswers,
  admission: Admission,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const end = measureRequest(request.is404 ? '' : toTemplate(request.routeOptions.url ?? ''));
  answers.add(reply.raw);
  reply.raw.once('close', () => {
    answers.delete(reply.raw);
    admission.end();
    end({
      method: request.method,
      status: reply.statusCode,
      bytes: Number(reply.getHeader('content-length') ?? 0),
    });
  });
}
