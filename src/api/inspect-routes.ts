import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';

import { affectedBySelectors, affectedByTargetRef, showAttachments } from '../explain/show-affected.js';
import { showGatewayDataplanes, showRouteDataplanes } from '../explain/show-gateway.js';
import { renderConfigDump, showConfig } from '../explain/show-config.js';
import { showPolicies } from '../explain/show-policies.js';
import { showRules } from '../explain/show-rules.js';
import { findWarnings } from '../explain/warnings/find-warnings.js';
import type { Dataplane } from '../model/dataplane.js';
import type { Kind } from '../model/kind.js';
import type { Resource } from '../model/resource.js';
import { computeProxy, type ComputedProxy } from '../pipeline/compute-proxy.js';
import { matchProxy, type LegacyPolicy, type Policy } from '../pipeline/match-proxy.js';
import { showDelivery } from '../proxies/show-delivery.js';
import { giveAddresses } from '../proxies/give-addresses.js';
import { dataplaneOf, meshOf, resourceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { ApiContext } from './api-context.js';
import { refuseAction } from './check-access.js';
import { nextPage, parsePaging, parseSize } from './list-query.js';
import { inspectAnswer } from './openapi-inspect.js';
import { adminOperation, sendFromAdmin } from './admin-answers.js';
import { pagingParameters, paramsOf, problems, type RouteSchema } from './openapi-operations.js';
import { renderJson } from './render.js';
import { sendJsonText, sendProblem } from './reply.js';
import { baseUrlOf, queryOf } from './request.js';

/** What matches, what it adds up to, and what Envoy is told; all views of the pipeline's one result. */
export function registerInspectRoutes(app: FastifyInstance, context: ApiContext): void {
  registerDataplaneViews(app, context);
  registerAdminViews(app, context);
  const { targetRef, legacy } = context.policies;
  for (const policy of [...targetRef, ...legacy.filter(({ matching }) => matching.length > 0)]) {
    registerAttachments(app, context, policy.kind, ({ snapshot, name }) =>
      showAttachments(snapshot, policy, name, context.policies),
    );
  }
  for (const policy of [...targetRef, ...legacy]) registerWarnings(app, context, policy);
  for (const kind of context.kinds) {
    if (kind.policy !== undefined) registerAffected(app, context, kind);
    if (kind.type === 'MeshGateway') registerGatewayView(app, context, kind, showGatewayDataplanes);
    if (kind.type === 'MeshGatewayRoute') registerGatewayView(app, context, kind, showRouteDataplanes);
  }
}

/** Titles of refusals for a Dataplane that does not exist. */
const unmatched = 'Could not get MatchedPolicies';
const unreachable = 'Could not get dataplane resource';

type View = (snapshot: MeshSnapshot, dataplane: Dataplane) => object | Promise<object>;

function registerDataplaneViews(app: FastifyInstance, context: ApiContext): void {
  const { policies } = context;
  const view = (suffix: string, operationId: string, summary: string, show: View): void => {
    const path = `/meshes/:mesh/dataplanes/:name/${suffix}`;
    app.get(path, { schema: operation(operationId, summary, path) }, async (request, reply) => {
      // filters of users may hold secrets; Kuma 2.5 shows them to all
      const refusal = suffix === '_config' ? refuseAction(request.identity) : undefined;
      if (refusal !== undefined) return sendProblem(reply, refusal);
      const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
      await giveAddresses(context, mesh);
      const snapshot = findMesh(context, mesh);
      if (snapshot === undefined)
        return sendProblem(reply, { problem: 'not-found', title: 'Could not build MeshContext' });
      const dataplane = dataplaneOf(snapshot, name);
      return dataplane === undefined
        ? sendProblem(reply, { problem: 'not-found', title: unmatched })
        : sendJsonText(reply, renderJson(await show(snapshot, dataplane)));
    });
  };
  // of a connected proxy exactly what it is told
  const computeLive = (snapshot: MeshSnapshot, dataplane: Dataplane): ComputedProxy['resources'] =>
    computeProxy(snapshot, dataplane, policies, context.liveProxies.nodeOf(dataplane)).resources;
  view('policies', 'inspectDataplanePolicies', 'Which policies reach the proxy', (snapshot, dataplane) =>
    showPolicies(matchProxy(snapshot, dataplane, policies)),
  );
  view('rules', 'inspectDataplaneRules', 'What the policies add up to', (snapshot, dataplane) =>
    showRules(matchProxy(snapshot, dataplane, policies)),
  );
  view('_config', 'inspectDataplaneConfig', 'The Envoy configuration generated for the proxy', (snapshot, dataplane) =>
    showConfig(computeLive(snapshot, dataplane)),
  );
  view(
    '_delivery',
    'inspectDataplaneDelivery',
    'How far the connected proxy is with its configuration',
    async (_, dataplane) => showDelivery(await context.liveProxies.deliveryOf(dataplane)),
  );
}

/** What only the connected proxy knows; of one that is not connected the configuration that it would be given. */
function registerAdminViews(app: FastifyInstance, context: ApiContext): void {
  const view = (part: 'xds' | 'stats' | 'clusters', schema: RouteSchema, offline?: View): void => {
    app.get(`/meshes/:mesh/dataplanes/:name/${part}`, { schema }, async (request, reply) => {
      const refusal = refuseAction(request.identity);
      if (refusal !== undefined) return sendProblem(reply, refusal);
      const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
      await giveAddresses(context, mesh);
      const snapshot = findMesh(context, mesh);
      const dataplane = snapshot && dataplaneOf(snapshot, name);
      if (snapshot === undefined || dataplane === undefined)
        return sendProblem(reply, { problem: 'not-found', title: unreachable });
      const key = { type: 'Dataplane', mesh, name };
      const label = `dataplane "${name}" in mesh "${mesh}"`;
      const show = offline && (() => offline(snapshot, dataplane));
      return sendFromAdmin(context, reply, { key, part, label, ...(show === undefined ? {} : { offline: show }) });
    });
  };
  const path = '/meshes/:mesh/dataplanes/:name/';
  view(
    'xds',
    operation('inspectDataplaneXds', 'The proxy’s own config_dump, or what it would be', `${path}xds`, 503),
    (snapshot, dataplane) =>
      renderConfigDump(computeProxy(snapshot, dataplane, context.policies).resources, context.now()),
  );
  view('stats', adminOperation('inspectDataplaneStats', 'The stats of the connected proxy', `${path}stats`, 'stats'));
  view(
    'clusters',
    adminOperation('inspectDataplaneClusters', 'The clusters of the connected proxy', `${path}clusters`, 'clusters'),
  );
}

const operation = (operationId: string, summary: string, path: string, ...further: readonly 503[]): RouteSchema => ({
  operationId,
  summary,
  tags: ['Inspect'],
  ...paramsOf(path),
  response: { 200: inspectAnswer(path, summary), ...problems(403, 404, ...further) },
});

/** A mesh that exists. */
function findMesh(context: ApiContext, name: string): MeshSnapshot | undefined {
  const snapshot = context.world().meshes.get(name);
  return snapshot && meshOf(snapshot) && snapshot;
}

interface Found {
  readonly snapshot: MeshSnapshot;
  readonly name: string;
  readonly resource: Resource;
}

function registerAttachments(
  app: FastifyInstance,
  context: ApiContext,
  { type, path: collection }: Kind,
  show: (found: Found) => object,
): void {
  const path = `/meshes/:mesh/${collection}/:name/dataplanes`;
  const schema = operation(`inspect${type}Dataplanes`, `The Dataplanes that a ${type} reaches, and where`, path);
  app.get(path, { schema }, async (request, reply) => {
    const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
    await giveAddresses(context, mesh);
    const snapshot = findMesh(context, mesh);
    if (snapshot === undefined) return sendProblem(reply, { problem: 'not-found', title: 'Could not list Dataplanes' });
    const resource = resourceOf(snapshot, type, name);
    return resource === undefined
      ? sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve policy' })
      : sendJsonText(reply, renderJson(show({ snapshot, name, resource })));
  });
}

/** The builtin gateways that a MeshGateway or one of its routes reaches. */
function registerGatewayView(
  app: FastifyInstance,
  context: ApiContext,
  { type, path: collection }: Kind,
  show: (snapshot: MeshSnapshot, resource: Resource) => object,
): void {
  const path = `/meshes/:mesh/${collection}/:name/dataplanes`;
  const schema = operation(`inspect${type}Dataplanes`, `The builtin gateways that a ${type} reaches`, path);
  app.get(path, { schema }, (request, reply) => {
    const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
    const snapshot = findMesh(context, mesh);
    const resource = snapshot && resourceOf(snapshot, type, name);
    return snapshot === undefined || resource === undefined
      ? sendProblem(reply, { problem: 'not-found', title: `Could not find ${type}` })
      : sendJsonText(reply, renderJson(show(snapshot, resource)));
  });
}

function registerWarnings(app: FastifyInstance, context: ApiContext, policy: Policy | LegacyPolicy): void {
  const { type, path: collection } = policy.kind;
  const path = `/meshes/:mesh/${collection}/:name/_warnings`;
  const schema = operation(`get${type}Warnings`, `What is probably wrong with a ${type} although it is valid`, path);
  app.get(path, { schema }, (request, reply) => {
    const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
    const snapshot = findMesh(context, mesh);
    const resource = snapshot && resourceOf(snapshot, type, name);
    if (snapshot === undefined || resource === undefined)
      return sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve policy' });
    const items = [...findWarnings(snapshot, policy, resource, context.policies)];
    return sendJsonText(reply, renderJson({ total: items.length, items }));
  });
}

function registerAffected(app: FastifyInstance, context: ApiContext, kind: Kind): void {
  const { type, path: collection } = kind;
  // the second is what Kuma's documents called it at first
  for (const [segment, suffix] of [
    ['_resources', ''],
    ['-resources', 'Alias'],
  ]) {
    const path = `/meshes/:mesh/${collection}/:name/${segment ?? ''}/dataplanes`;
    const summary = `The names of the Dataplanes that a ${type} reaches`;
    const schema: RouteSchema = {
      ...operation(`list${type}Dataplanes${suffix ?? ''}`, summary, path),
      querystring: Type.Object({
        ...pagingParameters,
        name: Type.Optional(Type.String({ description: 'Only Dataplanes whose name contains this text.' })),
      }),
      response: { 200: inspectAnswer(path, 'A page of names.'), ...problems(400, 403, 404) },
    };
    app.get(path, { schema }, (request, reply) => answerAffected(context, kind, request, reply));
  }
}

function answerAffected(context: ApiContext, kind: Kind, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { mesh, name } = request.params as { readonly mesh: string; readonly name: string };
  const query = queryOf(request);
  const asked = parseSize(query, 'Could not retrieve policy');
  if (!asked.ok) return sendProblem(reply, asked.error);
  const snapshot = findMesh(context, mesh);
  const resource = snapshot && resourceOf(snapshot, kind.type, name);
  if (snapshot === undefined || resource === undefined)
    return sendProblem(reply, { problem: 'not-found', title: 'Could not retrieve policy' });
  const paging = parsePaging(query, 'Could not retrieve policy', 'failed inspect');
  if (!paging.ok) return sendProblem(reply, paging.error);
  const { size, offset } = paging.value;
  const filter = query.get('name') ?? '';
  const policy = context.policies.targetRef.find((each) => each.kind === kind);
  const all = (
    policy === undefined
      ? affectedBySelectors(snapshot, resource as Parameters<typeof affectedBySelectors>[1])
      : affectedByTargetRef(snapshot, policy, resource)
  ).filter((dataplane) => dataplane.name.includes(filter));
  const page = size === 0 ? all : all.slice(offset, offset + size);
  const next = nextPage(baseUrlOf(request), query, paging.value, all.length);
  // unlike other lists this one leaves `next` out on its last page (Kuma 2.5)
  const items = page.map((each) => ({ mesh: each.mesh, name: each.name, type: 'Dataplane' }));
  return sendJsonText(reply, renderJson({ items, ...(next === null ? {} : { next }), total: all.length }));
}
