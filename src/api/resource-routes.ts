import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import type { ApiContext } from './api-context.js';
import { entityTag, namesRevision } from './conditions.js';
import { KeyTurns } from './key-turns.js';
import { nextPage, parseFormat, parseGateway, parsePaging, parseTags } from './list-query.js';
import { deleteSchema, itemSchema, listSchema, putSchema, refusedSchema } from './openapi-operations.js';
import { refuseAccess } from './check-access.js';
import { deleteResource, putResource } from './write-resource.js';
import { renderKubernetes, renderList, renderResource } from './render.js';
import { sourceOf, type ResourceSource } from './resource-source.js';
import { sendJsonText, sendProblem } from './reply.js';
import { baseUrlOf, queryOf } from './request.js';
import { linkWarnings, warnOfDropped } from './warnings.js';
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

/** CRUD and lists of every kind. */
export function registerResourceRoutes(app: FastifyInstance, context: ApiContext): void {
  const turns = new KeyTurns();
  for (const kind of context.kinds) {
    registerReads(app, context, kind);
    if (kind.readOnly) refuseWrites(app, kind);
    else registerWrites(app, context, turns, kind);
  }
}

function registerReads(app: FastifyInstance, context: ApiContext, kind: Kind): void {
  const { item, collections } = pathsOf(kind);
  const source = sourceOf(kind, context);
  app.get(item, { schema: itemSchema(kind) }, (request, reply) => answerItem(source, kind, request, reply));
  for (const path of collections) {
    app.get(path, { schema: listSchema(kind, path) }, (request, reply) =>
      answerList(source, kind, request, reply, (resource) => renderResource(kind, resource)),
    );
  }
}

function registerWrites(app: FastifyInstance, context: ApiContext, turns: KeyTurns, kind: Kind): void {
  const { item } = pathsOf(kind);
  app.put(item, { schema: putSchema(kind) }, async (request, reply) => {
    const key = keyOf(kind, request);
    const body = (request.body as string | undefined) ?? '';
    const result = await turns.take(key, () => putResource(context, kind, key, body, request));
    if (!result.ok) return sendProblem(reply, result.error);
    const warnings = warnOfDropped(result.value.dropped);
    const described = linkWarnings(context, kind, key);
    if (described !== undefined) reply.header('link', described);
    return reply
      .headers(warnings.length === 0 ? {} : { warning: [...warnings] })
      .code(result.value.created ? 201 : 200)
      .header('etag', entityTag(result.value.revision))
      .send();
  });
  app.delete(item, { schema: deleteSchema(kind) }, async (request, reply) => {
    const key = keyOf(kind, request);
    const result = await turns.take(key, () => deleteResource(context, kind, key, request));
    return result.ok ? reply.code(200).send() : sendProblem(reply, result.error);
  });
}

/** What only the server writes has routes for PUT and DELETE all the same, which refuse (Kuma 2.5). */
function refuseWrites(app: FastifyInstance, kind: Kind): void {
  for (const method of ['PUT', 'DELETE'] as const) {
    app.route({
      method,
      url: pathsOf(kind).item,
      schema: refusedSchema(kind, method),
      handler: (_request, reply) => sendProblem(reply, { problem: 'method-not-allowed' }),
    });
  }
}

/** The key that a request's path names. */
export function keyOf(kind: Kind, request: FastifyRequest): ResourceKey {
  const { mesh = '', name = '' } = request.params as { readonly mesh?: string; readonly name?: string };
  return { type: kind.type, mesh: kind.scope === 'global' ? '' : mesh, name };
}

async function answerItem(
  source: ResourceSource,
  kind: Kind,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refusal = refuseAccess(kind, request.identity);
  if (refusal !== undefined) return sendProblem(reply, refusal);
  const resource = await source.get(keyOf(kind, request));
  if (resource === undefined)
    return sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve a resource' });
  const query = queryOf(request);
  const format = parseFormat(query, kind.adminOnly !== true);
  if (!format.ok) return sendProblem(reply, format.error);
  reply.header('etag', entityTag(resource.revision));
  const known = request.headers['if-none-match'];
  if (known !== undefined && namesRevision(known, resource.revision, 'weak')) return reply.code(304).send();
  if (format.value === 'kubernetes') {
    const namespace = query.get('namespace') ?? '';
    return sendJsonText(reply, renderKubernetes(kind, resource, namespace === '' ? 'kuma-system' : namespace));
  }
  return sendJsonText(reply, `${renderResource(kind, resource)}\n`);
}

/** A page of the source's resources, each shown by `render`. */
export async function answerList(
  source: ResourceSource,
  kind: Kind,
  request: FastifyRequest,
  reply: FastifyReply,
  render: (resource: StoredResource) => string,
): Promise<FastifyReply> {
  const refusal = refuseAccess(kind, request.identity);
  if (refusal !== undefined) return sendProblem(reply, refusal);
  const query = queryOf(request);
  const paging = parsePaging(query, source.pagingTitle);
  if (!paging.ok) return sendProblem(reply, paging.error);
  const route = toTemplate(request.routeOptions.url ?? '');
  const gateway =
    kind.filters?.includes('gateway') === true ? parseGateway(query, route) : { ok: true as const, value: undefined };
  if (!gateway.ok) return sendProblem(reply, gateway.error);
  const { mesh } = request.params as { readonly mesh?: string };
  const name = query.get('name') ?? '';
  const listQuery: ListQuery = {
    type: kind.type,
    ...(mesh === undefined ? {} : { mesh }),
    ...(name === '' ? {} : { name }),
    ...(kind.filters?.includes('tag') === true ? { tags: parseTags(query) } : {}),
    ...(gateway.value === undefined ? {} : { gateway: gateway.value }),
    // Kuma 2.5: without paging and filters the order is that of creation
    order: paging.value.size === 0 && kind.filters === undefined ? 'creation' : 'name',
    offset: paging.value.offset,
    ...(paging.value.size === 0 ? {} : { limit: paging.value.size }),
  };
  const page = await source.list(listQuery);
  return sendJsonText(
    reply,
    renderList(page.items.map(render), page.total, nextPage(baseUrlOf(request), query, paging.value, page.total)),
  );
}
