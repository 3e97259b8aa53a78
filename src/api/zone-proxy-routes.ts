import type { FastifyInstance } from 'fastify';

import { findResource } from '../snapshot/world.js';
import type { ApiContext } from './api-context.js';
import { refuseAction } from './check-access.js';
import { problems, paramsOf } from './openapi-operations.js';
import { sendProblem } from './reply.js';

/** Segments as Kuma 2.5 spells them here, unlike `zone-ingresses` elsewhere. */
const zoneProxies = [
  { type: 'ZoneIngress', segment: 'zoneingresses', label: 'zone ingress' },
  { type: 'ZoneEgress', segment: 'zoneegresses', label: 'zone egress' },
] as const;

const parts = ['xds', 'stats', 'clusters'] as const;

/** What only the Envoy of a zone ingress or egress could tell. */
export function registerZoneProxyRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const { type, segment, label } of zoneProxies) {
    for (const part of parts) {
      const path = `/${segment}/:name/${part}`;
      const schema = {
        operationId: `inspect${type}${part.charAt(0).toUpperCase()}${part.slice(1)}`,
        summary: `The ${part} of a connected ${label}`,
        tags: ['Inspect'],
        ...paramsOf(path),
        response: problems(403, 404, 503),
      };
      app.get(path, { schema }, (request, reply) => {
        const refusal = refuseAction(request.identity);
        if (refusal !== undefined) return sendProblem(reply, refusal);
        const { name } = request.params as { readonly name: string };
        if (findResource(context.world(), { type, mesh: '', name }) === undefined)
          return sendProblem(reply, { problem: 'not-found', title: `Could not get ${label} resource` });
        const detail = `the proxy of ${label} "${name}" is not connected to this control plane`;
        return sendProblem(reply, { problem: 'unavailable', title: 'Could not execute admin operation', detail });
      });
    }
  }
}
