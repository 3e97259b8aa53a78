import type { FastifyInstance } from 'fastify';

import type { ApiContext } from './api-context.js';
import { jsonAnswer } from './openapi-operations.js';
import { sendJsonText } from './reply.js';
import { renderJson } from './render.js';

const text = { type: 'string' } as const;

const policyExample = {
  readOnly: false,
  path: 'meshtcproutes',
  singularDisplayName: 'Mesh TCP Route',
  pluralDisplayName: 'Mesh TCP Routes',
  isExperimental: false,
  isTargetRefBased: true,
  isInbound: false,
  isOutbound: true,
};

/** What the server says of itself: `/`, `/config`, `/policies`, `/who-am-i`. */
export function registerIndexRoutes(app: FastifyInstance, context: ApiContext): void {
  const { about, kinds, settings } = context;
  const { gui } = settings;
  app.get(
    '/',
    {
      schema: {
        operationId: 'getIndex',
        summary: 'Product and version',
        tags: ['About'],
        response: {
          200: jsonAnswer(
            {
              type: 'object',
              properties: {
                hostname: text,
                tagline: text,
                product: text,
                version: text,
                instanceId: text,
                clusterId: text,
                gui: text,
              },
              examples: [
                {
                  hostname: 'cp-1',
                  tagline: 'Kuma',
                  product: 'Kuma',
                  version: '2.5.11',
                  instanceId: 'cp-1-a1b2',
                  clusterId: '…',
                  gui: '/gui',
                },
              ],
            },
            'What runs here. Clients of Kuma look at tagline and version.',
          ),
        },
      },
    },
    (request, reply) => {
      // kumactl works only with a server whose tagline is that of its own product
      const product = request.headers['user-agent']?.includes('Kong Mesh') === true ? 'Kong Mesh' : 'Kuma';
      return sendJsonText(
        reply,
        renderJson({
          hostname: about.hostname,
          tagline: product,
          product,
          version: about.kumaVersion,
          instanceId: about.instanceId,
          clusterId: about.clusterId,
          ...(gui.enabled ? { gui: gui.rootUrl || gui.basePath } : {}),
        }),
      );
    },
  );
  app.get(
    '/config',
    {
      schema: {
        operationId: 'getConfig',
        summary: 'The effective settings, without secrets',
        tags: ['About'],
        response: {
          200: jsonAnswer(
            { type: 'object', examples: [{ mode: 'standalone', store: { type: 'sqlite' } }] },
            'All settings by Kuma’s keys.',
          ),
        },
      },
    },
    (_request, reply) => sendJsonText(reply, JSON.stringify(context.effectiveSettings)),
  );
  app.get(
    '/policies',
    {
      schema: {
        operationId: 'listPolicies',
        summary: 'The kinds of policies',
        tags: ['About'],
        response: {
          200: jsonAnswer(
            {
              type: 'object',
              properties: {
                policies: {
                  type: 'array',
                  items: {
                    type: 'object',
                    properties: {
                      name: text,
                      readOnly: { type: 'boolean' },
                      path: text,
                      singularDisplayName: text,
                      pluralDisplayName: text,
                      isExperimental: { type: 'boolean' },
                      isTargetRefBased: { type: 'boolean' },
                      isInbound: { type: 'boolean' },
                      isOutbound: { type: 'boolean' },
                    },
                  },
                },
              },
              examples: [{ policies: [{ name: 'MeshTCPRoute', ...policyExample }] }],
            },
            'Every kind of policy, by name.',
          ),
        },
      },
    },
    (_request, reply) => {
      const policies = kinds
        .flatMap(({ type, path, singularDisplayName, pluralDisplayName, policy }) =>
          policy === undefined
            ? []
            : [
                {
                  name: type,
                  readOnly: settings.readOnly,
                  path,
                  singularDisplayName,
                  pluralDisplayName,
                  isExperimental: false,
                  ...policy,
                },
              ],
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      return sendJsonText(reply, renderJson({ policies }));
    },
  );
  app.get(
    '/who-am-i',
    {
      schema: {
        operationId: 'getWhoAmI',
        summary: 'The client as the server sees it',
        tags: ['About'],
        response: {
          200: jsonAnswer(
            {
              type: 'object',
              properties: { name: text, groups: { type: 'array', items: text } },
              examples: [{ name: 'mesh-system:admin', groups: ['mesh-system:admin', 'mesh-system:authenticated'] }],
            },
            'Name and groups.',
          ),
        },
      },
    },
    (request, reply) => sendJsonText(reply, renderJson(request.identity)),
  );
}
