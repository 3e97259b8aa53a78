import { jsonAnswer, problems, type RouteSchema } from './openapi-operations.js';

const count = (description: string): object => ({ type: 'integer', minimum: 0, description });

const object = (properties: Readonly<Record<string, object>>, more: object = {}): object => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
  ...more,
});

const byStatus = object({
  offline: count('Not connected, or with nothing ready.'),
  online: count('Connected and ready.'),
  partiallyDegraded: count('Connected, but not ready as a whole.'),
  total: count('All of them.'),
});
const connected = object({ online: count('Those that are connected.'), total: count('Those that ever connected.') });
const total = object({ total: count('How many there are.') });
const time = { type: 'string', format: 'date-time', description: 'When the numbers were taken.' };

const noProxies = { offline: 0, online: 0, partiallyDegraded: 0, total: 0 };
const noZones = { online: 0, total: 0 };

/** `GET /global-insight`. */
export const globalInsightSchema: RouteSchema = {
  operationId: 'getGlobalInsight',
  summary: 'Numbers of meshes, proxies, services, policies and zones',
  tags: ['Insights'],
  response: {
    200: jsonAnswer(
      object(
        {
          createdAt: time,
          dataplanes: object({ gatewayBuiltin: byStatus, gatewayDelegated: byStatus, standard: byStatus }),
          meshes: total,
          policies: total,
          services: object({
            external: total,
            gatewayBuiltin: byStatus,
            gatewayDelegated: byStatus,
            internal: byStatus,
          }),
          zones: object({ controlPlanes: connected, zoneEgresses: connected, zoneIngresses: connected }),
        },
        {
          examples: [
            {
              createdAt: '2026-11-24T20:05:23.506Z',
              dataplanes: {
                gatewayBuiltin: noProxies,
                gatewayDelegated: noProxies,
                standard: { offline: 1, online: 2, partiallyDegraded: 0, total: 3 },
              },
              meshes: { total: 1 },
              policies: { total: 2 },
              services: {
                external: { total: 0 },
                gatewayBuiltin: noProxies,
                gatewayDelegated: noProxies,
                internal: { offline: 0, online: 1, partiallyDegraded: 1, total: 2 },
              },
              zones: { controlPlanes: noZones, zoneEgresses: noZones, zoneIngresses: noZones },
            },
          ],
        },
      ),
      'All counts, also those that are 0.',
    ),
    ...problems(403),
  },
};

/** `GET /global-insights`. */
export const globalInsightsSchema: RouteSchema = {
  operationId: 'listGlobalInsights',
  summary: 'How many global resources there are',
  tags: ['Insights'],
  response: {
    200: jsonAnswer(
      object(
        {
          type: { type: 'string', enum: ['GlobalInsights'] },
          creationTime: time,
          resources: { type: 'object', additionalProperties: total, description: 'By kind.' },
        },
        {
          examples: [
            {
              type: 'GlobalInsights',
              creationTime: '2026-11-24T20:05:23.506Z',
              resources: {
                Mesh: { total: 1 },
                Zone: { total: 0 },
                ZoneEgress: { total: 0 },
                ZoneIngress: { total: 0 },
              },
            },
          ],
        },
      ),
      'Numbers of resources by kind.',
    ),
    ...problems(403),
  },
};

/** `GET /status/zones`. */
export const zoneStatusSchema: RouteSchema = {
  operationId: 'listZoneStatus',
  summary: 'Which zones are active',
  tags: ['Insights'],
  response: {
    200: jsonAnswer(
      {
        type: ['array', 'null'],
        items: object({
          name: { type: 'string', description: 'Name of the zone.' },
          active: { type: 'boolean', description: 'It is switched on and connected.' },
        }),
        examples: [[{ name: 'east', active: true }], null],
      },
      'Every zone, oldest first; null when there is none.',
    ),
    ...problems(403),
  },
};
