import type { FastifyInstance } from 'fastify';

import { describeWorld, describeZones } from '../proxies/global-insight.js';
import { compareBytes } from '../model/resource.js';
import type { ApiContext } from './api-context.js';
import { globalInsightSchema, globalInsightsSchema, zoneStatusSchema } from './openapi-insights.js';
import { renderJson } from './render.js';
import { sendJsonText } from './reply.js';

/** Numbers of all meshes and zones together. */
export function registerInsightRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get('/global-insight', { schema: globalInsightSchema }, (_request, reply) =>
    sendJsonText(reply, renderJson(describeWorld(context.world(), context.kinds, context.now()))),
  );
  app.get('/global-insights', { schema: globalInsightsSchema }, async (_request, reply) =>
    sendJsonText(
      reply,
      renderJson({ type: 'GlobalInsights', creationTime: context.now(), resources: await countGlobals(context) }),
    ),
  );
  app.get('/status/zones', { schema: zoneStatusSchema }, (_request, reply) => {
    const zones = describeZones(context.world());
    // without zones the answer is null, not an empty list (Kuma 2.5)
    return sendJsonText(reply, renderJson(zones.length === 0 ? null : zones));
  });
}

/** How many there are of each global kind that users write, also those of which there is none. */
async function countGlobals({ kinds, store }: ApiContext): Promise<object> {
  const counts = new Map((await store.counts()).map(({ type, mesh, total }) => [`${mesh}/${type}`, total]));
  return Object.fromEntries(
    kinds
      .filter(({ scope, readOnly }) => scope === 'global' && !readOnly)
      .map(({ type }) => [type, { total: counts.get(`/${type}`) ?? 0 }] as const)
      .sort(([a], [b]) => compareBytes(a, b)),
  );
}
