import type { FastifyInstance } from 'fastify';

import { findResource } from '../snapshot/world.js';
import { adminOperation, sendFromAdmin } from './admin-answers.js';
import type { ApiContext } from './api-context.js';
import { refuseAction } from './check-access.js';
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
      const id = `inspect${type}${part.charAt(0).toUpperCase()}${part.slice(1)}`;
      const schema = adminOperation(id, `The ${part} of a connected ${label}`, path, part);
      app.get(path, { schema }, async (request, reply) => {
        const refusal = refuseAction(request.identity);
        if (refusal !== undefined) return sendProblem(reply, refusal);
        const { name } = request.params as { readonly name: string };
        const key = { type, mesh: '', name };
        if (findResource(context.world(), key) === undefined)
          return sendProblem(reply, { problem: 'not-found', title: `Could not get ${label} resource` });
        return sendFromAdmin(context, reply, { key, part, label: `${label} "${name}"` });
      });
    }
  }
}
