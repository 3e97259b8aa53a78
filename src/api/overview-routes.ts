import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { InsightTraits, Kind } from '../model/kind.js';
import type { ResourceKey } from '../model/resource.js';
import { findResource } from '../snapshot/world.js';
import type { ApiContext } from './api-context.js';
import { parseFormat } from './list-query.js';
import { overviewItemSchema, overviewListSchema } from './openapi-operations.js';
import { renderSpec } from '../store/spec-text.js';
import { renderOverview } from './render.js';
import { sendJsonText, sendProblem } from './reply.js';
import { queryOf } from './request.js';
import { answerList, keyOf } from './resource-routes.js';
import { sourceOf } from './resource-source.js';

/** Resources with what is known of what they stand for, under today's paths and those of older clients. */
export function registerOverviewRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const kind of context.kinds) if (kind.insight !== undefined) registerOverviews(app, context, kind, kind.insight);
}

function registerOverviews(app: FastifyInstance, context: ApiContext, kind: Kind, insight: InsightTraits): void {
  const showInsight = (key: ResourceKey): string | undefined => {
    const found = findResource(context.world(), { ...key, type: insight.type });
    return found && renderSpec(found.spec);
  };
  const source = sourceOf(kind, context);
  const { lists, items } = overviewPaths(kind, insight);
  for (const path of lists) {
    // a list leaves out the insight of what never connected, a single overview shows it empty (Kuma 2.5)
    app.get(path, { schema: overviewListSchema(kind, path) }, (request, reply) =>
      answerList(source, kind, request, reply, (resource) => renderOverview(kind, resource, showInsight(resource))),
    );
  }
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const resource = await source.get(keyOf(kind, request));
    if (resource === undefined)
      return sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve a resource' });
    const format = parseFormat(queryOf(request));
    if (!format.ok) return sendProblem(reply, format.error);
    if (format.value === 'kubernetes') {
      const violations = [{ field: '', message: 'an overview has no Kubernetes form' }];
      return sendProblem(reply, { problem: 'invalid', title: 'invalid format', violations });
    }
    return sendJsonText(reply, `${renderOverview(kind, resource, showInsight(resource) ?? '{}')}\n`);
  };
  for (const path of items) app.get(path, { schema: overviewItemSchema(kind, path) }, answer);
}

/** Paths of a kind's overviews, today's before those of older clients. */
export function overviewPaths(
  { scope, path }: Kind,
  { legacyPath }: InsightTraits,
): { readonly lists: readonly string[]; readonly items: readonly string[] } {
  const roots = scope === 'mesh' ? ['/meshes/:mesh', ''] : [''];
  return {
    lists: roots.flatMap((root) => [`${root}/${path}/_overview`, `${root}/${legacyPath}`]),
    items: [`${roots[0] ?? ''}/${path}/:name/_overview`, `${roots[0] ?? ''}/${legacyPath}/:name`],
  };
}
