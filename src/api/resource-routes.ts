import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import type { ApiContext } from './api-context.js';
import { entityTag, namesRevision } from './conditions.js';
import { KeyTurns } from './key-turns.js';
import { nextPage, parseGateway, parsePaging, parseTags } from './list-query.js';
import { deleteSchema, itemSchema, listSchema, overviewSchemas, putSchema } from './openapi-operations.js';
import { deleteResource, putResource } from './write-resource.js';
import { renderKubernetes, renderList, renderOverview, renderResource } from './render.js';
import { sendJsonText, sendProblem } from './reply.js';
import { baseUrlOf, queryOf } from './request.js';
import { toTemplate } from './route-table.js';
import type { ListQuery, StoredResource } from '../store/store.js';

/** Path of one resource and of its collections, as Fastify patterns. */
interface Paths {
  readonly item: string;
  readonly collections: readonly string[];
}

const pathsOf = (kind: Kind): Paths =>
  kind.scope === 'global'
    ? { item: `/${kind.path}/:name`, collections: [`/${kind.path}`] }
    : { item: `/meshes/:mesh/${kind.path}/:name`, collections: [`/meshes/:mesh/${kind.path}`, `/${kind.path}`] };

/** CRUD and lists of every kind, and the overviews of Dataplanes. */
export function registerResourceRoutes(app: FastifyInstance, context: ApiContext): void {
  const turns = new KeyTurns();
  for (const kind of context.kinds) registerKind(app, context, turns, kind);
}

function registerKind(app: FastifyInstance, context: ApiContext, turns: KeyTurns, kind: Kind): void {
  const paths = pathsOf(kind);
  app.get(paths.item, { schema: itemSchema(kind) }, (request, reply) => answerItem(context, kind, request, reply));
  app.put(paths.item, { schema: putSchema(kind) }, async (request, reply) => {
    if (kind.readOnly) return sendProblem(reply, { problem: 'method-not-allowed' });
    const key = keyOf(kind, request);
    const body = (request.body as string | undefined) ?? '';
    const result = await turns.take(key, () => putResource(context, kind, key, body, request));
    if (!result.ok) return sendProblem(reply, result.error);
    return reply
      .code(result.value.created ? 201 : 200)
      .header('etag', entityTag(result.value.revision))
      .send();
  });
  app.delete(paths.item, { schema: deleteSchema(kind) }, async (request, reply) => {
    if (kind.readOnly) return sendProblem(reply, { problem: 'method-not-allowed' });
    const key = keyOf(kind, request);
    const result = await turns.take(key, () => deleteResource(context, kind, key, request));
    return result.ok ? reply.code(200).send() : sendProblem(reply, result.error);
  });
  for (const path of paths.collections) {
    app.get(path, { schema: listSchema(kind, path) }, (request, reply) =>
      answerList(context, kind, request, reply, (resource) => renderResource(kind, resource)),
    );
  }
  if (kind.type === 'Dataplane') registerOverviews(app, context, kind);
}

/** Dataplanes with what is known of their proxies, under today's paths and those of older clients. */
function registerOverviews(app: FastifyInstance, context: ApiContext, kind: Kind): void {
  const show = (insight: string | undefined) => (resource: StoredResource) =>
    renderOverview('DataplaneOverview', 'dataplane', resource, insight);
  for (const { path, schema } of overviewSchemas.lists) {
    // a list leaves out the insight of proxies that were never seen, a single overview shows it empty (Kuma 2.5)
    app.get(path, { schema }, (request, reply) => answerList(context, kind, request, reply, show(undefined)));
  }
  for (const { path, schema } of overviewSchemas.items) {
    app.get(path, { schema }, async (request, reply) => {
      const resource = await context.store.get(keyOf(kind, request));
      if (resource === undefined)
        return sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve a resource' });
      return sendJsonText(reply, `${show('{}')(resource)}\n`);
    });
  }
}

/** The key that a request's path names. */
export function keyOf(kind: Kind, request: FastifyRequest): ResourceKey {
  const { mesh = '', name = '' } = request.params as { readonly mesh?: string; readonly name?: string };
  return { type: kind.type, mesh: kind.scope === 'global' ? '' : mesh, name };
}

async function answerItem(
  context: ApiContext,
  kind: Kind,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const query = queryOf(request);
  const format = query.get('format') ?? '';
  if (!['', 'universal', 'k8s', 'kubernetes'].includes(format)) {
    const message = '"format" must be one of ["k8s", "kubernetes", "universal"]';
    return sendProblem(reply, { problem: 'invalid', title: 'invalid format', violations: [{ field: '', message }] });
  }
  const resource = await context.store.get(keyOf(kind, request));
  if (resource === undefined)
    return sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve a resource' });
  reply.header('etag', entityTag(resource.revision));
  const known = request.headers['if-none-match'];
  if (known !== undefined && namesRevision(known, resource.revision, 'weak')) return reply.code(304).send();
  if (format === 'k8s' || format === 'kubernetes') {
    const namespace = query.get('namespace') ?? '';
    return sendJsonText(reply, renderKubernetes(kind, resource, namespace === '' ? 'kuma-system' : namespace));
  }
  return sendJsonText(reply, `${renderResource(kind, resource)}\n`);
}

async function answerList(
  { store }: ApiContext,
  kind: Kind,
  request: FastifyRequest,
  reply: FastifyReply,
  render: (resource: StoredResource) => string,
): Promise<FastifyReply> {
  const query = queryOf(request);
  const paging = parsePaging(query, 'Could not retrieve resources');
  if (!paging.ok) return sendProblem(reply, paging.error);
  const route = toTemplate(request.routeOptions.url ?? '');
  const gateway = kind.hasFilters === true ? parseGateway(query, route) : { ok: true as const, value: undefined };
  if (!gateway.ok) return sendProblem(reply, gateway.error);
  const { mesh } = request.params as { readonly mesh?: string };
  const name = query.get('name') ?? '';
  const listQuery: ListQuery = {
    type: kind.type,
    ...(mesh === undefined ? {} : { mesh }),
    ...(name === '' ? {} : { name }),
    ...(kind.hasFilters === true ? { tags: parseTags(query) } : {}),
    ...(gateway.value === undefined ? {} : { gateway: gateway.value }),
    // Kuma 2.5: without paging and filters the order is that of creation
    order: paging.value.size === 0 && kind.hasFilters !== true ? 'creation' : 'name',
    offset: paging.value.offset,
    ...(paging.value.size === 0 ? {} : { limit: paging.value.size }),
  };
  const page = await store.list(listQuery);
  return sendJsonText(
    reply,
    renderList(page.items.map(render), page.total, nextPage(baseUrlOf(request), query, paging.value, page.total)),
  );
}
