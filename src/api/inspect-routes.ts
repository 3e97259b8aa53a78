import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';

import type { Dataplane } from '../model/dataplane.js';
import { computeProxy, matchAll, type Policy } from '../pipeline/compute-proxy.js';
import { dataplaneOf, resourceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { ApiContext } from './api-context.js';
import { nextPage, parsePaging } from './list-query.js';
import { jsonAnswer, pagingParameters, paramsOf, problems, type RouteSchema } from './openapi-operations.js';
import { renderJson } from './render.js';
import { baseUrlOf, queryOf } from './request.js';
import { sendJsonText, sendProblem } from './reply.js';
import { affectedDataplanes, inspectAttachments } from '../explain/show-affected.js';
import { inspectConfig, renderConfigDump } from '../explain/show-config.js';
import { inspectPolicies } from '../explain/show-policies.js';
import { inspectRules } from '../explain/show-rules.js';

/** What matches, what it adds up to, and what Envoy is told; all views of the pipeline's one result. */
export function registerInspectRoutes(app: FastifyInstance, context: ApiContext): void {
  registerDataplaneViews(app, context);
  for (const policy of context.policies) registerPolicyViews(app, context, policy);
}

/** Titles of refusals for a Dataplane that does not exist. */
const unmatched = 'Could not get MatchedPolicies';
const unreachable = 'Could not get dataplane resource';

type View = (snapshot: MeshSnapshot, dataplane: Dataplane) => object;

function registerDataplaneViews(app: FastifyInstance, context: ApiContext): void {
  const { policies } = context;
  const view = (suffix: string, operationId: string, summary: string, show: View, unknown = unmatched): void => {
    const path = `/meshes/:mesh/dataplanes/:name/${suffix}`;
    app.get(path, { schema: operation(operationId, summary, path) }, (request, reply) => {
      const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
      const snapshot = context.world().meshes.get(mesh);
      if (snapshot?.mesh === undefined)
        return sendProblem(reply, { problem: 'not-found', title: 'Could not build MeshContext' });
      const dataplane = dataplaneOf(snapshot, name);
      return dataplane === undefined
        ? sendProblem(reply, { problem: 'not-found', title: unknown })
        : sendJsonText(reply, renderJson(show(snapshot, dataplane)));
    });
  };
  view('policies', 'inspectDataplanePolicies', 'Which policies reach the proxy', (snapshot, dataplane) =>
    inspectPolicies(dataplane, matchAll(snapshot, dataplane, policies)),
  );
  view('rules', 'inspectDataplaneRules', 'What the policies add up to', (snapshot, dataplane) =>
    inspectRules(dataplane, matchAll(snapshot, dataplane, policies)),
  );
  view('_config', 'inspectDataplaneConfig', 'The Envoy configuration generated for the proxy', (snapshot, dataplane) =>
    inspectConfig(computeProxy(snapshot, dataplane, policies).resources),
  );
  view(
    'xds',
    'inspectDataplaneXds',
    'The same in the form of Envoy’s config_dump',
    (snapshot, dataplane) => renderConfigDump(computeProxy(snapshot, dataplane, policies).resources, context.now()),
    unreachable,
  );
  for (const [part, operationId] of [
    ['stats', 'inspectDataplaneStats'],
    ['clusters', 'inspectDataplaneClusters'],
  ] as const) {
    const path = `/meshes/:mesh/dataplanes/:name/${part}`;
    app.get(
      path,
      {
        schema: {
          ...operation(operationId, `The ${part} of the connected proxy`, path),
          response: problems(403, 404, 503),
        },
      },
      (request, reply) => {
        const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
        const snapshot = context.world().meshes.get(mesh);
        const dataplane = snapshot && dataplaneOf(snapshot, name);
        if (dataplane === undefined) return sendProblem(reply, { problem: 'not-found', title: unreachable });
        const detail = `the proxy of dataplane "${name}" in mesh "${mesh}" is not connected to this control plane`;
        return sendProblem(reply, { problem: 'unavailable', title: 'Could not execute admin operation', detail });
      },
    );
  }
}

const operation = (operationId: string, summary: string, path: string): RouteSchema => ({
  operationId,
  summary,
  tags: ['Inspect'],
  ...paramsOf(path),
  response: { 200: jsonAnswer({ type: 'object' }, summary), ...problems(403, 404) },
});

function registerPolicyViews(app: FastifyInstance, context: ApiContext, policy: Policy): void {
  const { type, path } = policy.kind;
  const attachments = `/meshes/:mesh/${path}/:name/dataplanes`;
  app.get(
    attachments,
    { schema: operation(`inspect${type}Dataplanes`, `The Dataplanes that a ${type} reaches, and where`, attachments) },
    (request, reply) => {
      const { snapshot, resource } = findPolicy(context, policy, request);
      if (snapshot === undefined)
        return sendProblem(reply, { problem: 'not-found', title: 'Could not list Dataplanes' });
      if (resource === undefined)
        return sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve policy' });
      return sendJsonText(reply, renderJson(inspectAttachments(snapshot, policy, resource)));
    },
  );
  const affected = `/meshes/:mesh/${path}/:name/_resources/dataplanes`;
  const schema: RouteSchema = {
    ...operation(`list${type}Dataplanes`, `The names of the Dataplanes that a ${type} reaches`, affected),
    querystring: Type.Object({
      ...pagingParameters,
      name: Type.Optional(Type.String({ description: 'Only Dataplanes whose name contains this text.' })),
    }),
    response: { 200: jsonAnswer({ type: 'object' }, 'A page of names.'), ...problems(400, 403, 404) },
  };
  app.get(affected, { schema }, (request, reply) => answerAffected(context, policy, request, reply));
}

function findPolicy(context: ApiContext, policy: Policy, request: FastifyRequest) {
  const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
  const known = context.world().meshes.get(mesh);
  const snapshot = known?.mesh === undefined ? undefined : known;
  return { snapshot, resource: snapshot && resourceOf(snapshot, policy.kind.type, name) };
}

function answerAffected(
  context: ApiContext,
  policy: Policy,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { snapshot, resource } = findPolicy(context, policy, request);
  if (snapshot === undefined || resource === undefined) {
    return sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve policy' });
  }
  const query = queryOf(request);
  const paging = parsePaging(query, 'failed inspect');
  if (!paging.ok) return sendProblem(reply, paging.error);
  const { size, offset } = paging.value;
  const filter = query.get('name') ?? '';
  const all = affectedDataplanes(snapshot, policy, resource).filter(({ name }) => name.includes(filter));
  const page = size === 0 ? all : all.slice(offset, offset + size);
  const next = nextPage(baseUrlOf(request), query, paging.value, all.length);
  // unlike other lists this one leaves `next` out on its last page (Kuma 2.5)
  const items = page.map(({ mesh, name }) => ({ mesh, name, type: 'Dataplane' }));
  return sendJsonText(reply, renderJson({ items, ...(next === null ? {} : { next }), total: all.length }));
}
