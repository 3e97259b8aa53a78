import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';

import { describeMesh, describeService, describeWorld, serviceNames } from '../proxies/insights.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { compareBytes } from '../model/resource.js';
import type { ApiContext } from './api-context.js';
import { nextPage, parsePaging } from './list-query.js';
import { jsonAnswer, pageOf, pagingParameters, paramsOf, problems, type RouteSchema } from './openapi-operations.js';
import { renderJson } from './render.js';
import { baseUrlOf, queryOf } from './request.js';
import { sendJsonText, sendProblem } from './reply.js';

/** Summaries of meshes and services, made from the snapshots when they are asked for; nobody writes them. */
export function registerInsightRoutes(app: FastifyInstance, context: ApiContext): void {
  const meshes = (): MeshSnapshot[] =>
    [...context.world().meshes.values()]
      .filter(({ mesh }) => mesh !== undefined)
      .sort((a, b) => compareBytes(a.name, b.name));
  const notFound = (reply: FastifyReply) =>
    sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve a resource' });

  app.get(
    '/mesh-insights',
    { schema: listOperation('listMeshInsights', 'Summaries of all meshes', '/mesh-insights') },
    (request, reply) => {
      const items = meshes().filter(({ name }) => name.includes(queryOf(request).get('name') ?? ''));
      return answerPage(request, reply, 'Could not retrieve resources', items, (mesh) =>
        describeMesh(mesh, context.kinds),
      );
    },
  );
  const meshInsight = '/mesh-insights/:name';
  app.get(
    meshInsight,
    { schema: itemOperation('getMeshInsight', 'Summary of a mesh', meshInsight) },
    (request, reply) => {
      const { name } = request.params as { readonly name: string };
      const mesh = context.world().meshes.get(name);
      return mesh?.mesh === undefined
        ? notFound(reply)
        : sendJsonText(reply, renderJson(describeMesh(mesh, context.kinds)));
    },
  );
  refuseWrites(app, meshInsight, 'MeshInsight');

  const listServices = (request: FastifyRequest, reply: FastifyReply, of: readonly MeshSnapshot[]) => {
    const filter = queryOf(request).get('name') ?? '';
    const items = of
      .flatMap((mesh) => serviceNames(mesh).map((name) => ({ mesh, name })))
      .filter(({ name }) => name.includes(filter));
    return answerPage(request, reply, 'Could not paginate resources', items, ({ mesh, name }) =>
      describeService(mesh, name),
    );
  };
  const allServices = '/service-insights';
  app.get(
    allServices,
    { schema: listOperation('listAllServiceInsights', 'Services of all meshes', allServices) },
    (request, reply) => listServices(request, reply, meshes()),
  );
  const services = '/meshes/:mesh/service-insights';
  app.get(
    services,
    { schema: listOperation('listServiceInsights', 'Services of a mesh', services) },
    (request, reply) => {
      const { mesh } = request.params as { readonly mesh: string };
      return listServices(
        request,
        reply,
        meshes().filter(({ name }) => name === mesh),
      );
    },
  );
  const service = '/meshes/:mesh/service-insights/:name';
  app.get(
    service,
    { schema: itemOperation('getServiceInsight', 'What is known of a service', service) },
    (request, reply) => {
      const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
      const snapshot = context.world().meshes.get(mesh);
      return snapshot?.mesh === undefined
        ? notFound(reply)
        : sendJsonText(reply, renderJson(describeService(snapshot, name)));
    },
  );
  refuseWrites(app, service, 'ServiceInsight');

  app.get(
    '/global-insight',
    {
      schema: {
        operationId: 'getGlobalInsight',
        summary: 'Numbers of meshes, proxies, services and policies',
        tags: ['Insights'],
        response: { 200: jsonAnswer({ type: 'object' }, 'All counts, also those of 0.'), ...problems(403) },
      },
    },
    (_request, reply) => sendJsonText(reply, renderJson(describeWorld(context.world(), context.kinds, context.now()))),
  );
}

const listOperation = (operationId: string, summary: string, path: string): RouteSchema => ({
  operationId,
  summary,
  tags: ['Insights'],
  ...paramsOf(path),
  querystring: Type.Object({
    ...pagingParameters,
    name: Type.Optional(Type.String({ description: 'Only what contains this text in its name.' })),
  }),
  response: { 200: jsonAnswer(pageOf({ type: 'object' }), 'A page of the list.'), ...problems(400, 403) },
});

const itemOperation = (operationId: string, summary: string, path: string): RouteSchema => ({
  operationId,
  summary,
  tags: ['Insights'],
  ...paramsOf(path),
  response: { 200: jsonAnswer({ type: 'object' }, 'The summary.'), ...problems(403, 404) },
});

/** Insights are derived: PUT and DELETE are refused in Kuma's way. */
function refuseWrites(app: FastifyInstance, path: string, type: string): void {
  for (const method of ['PUT', 'DELETE'] as const) {
    app.route({
      method,
      url: path,
      schema: {
        operationId: `${method.toLowerCase()}${type}`,
        summary: `Refused: a ${type} is made by the server`,
        tags: ['Insights'],
        ...paramsOf(path),
        response: problems(403, 405),
      },
      handler: (_request, reply) => sendProblem(reply, { problem: 'method-not-allowed' }),
    });
  }
}

function answerPage<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  title: string,
  all: readonly Item[],
  describe: (item: Item) => object,
): FastifyReply {
  const query = queryOf(request);
  const paging = parsePaging(query, title);
  if (!paging.ok) return sendProblem(reply, paging.error);
  const { size, offset } = paging.value;
  const page = size === 0 ? all : all.slice(offset, offset + size);
  const next = nextPage(baseUrlOf(request), query, paging.value, all.length);
  return sendJsonText(reply, renderJson({ total: all.length, items: page.map(describe), next }));
}
