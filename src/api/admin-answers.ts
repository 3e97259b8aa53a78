import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';

import { sanitizeDump } from '../explain/sanitize-dump.js';
import type { ResourceKey } from '../model/resource.js';
import type { AdminFailure } from '../proxies/proxy-admin.js';
import type { ApiContext } from './api-context.js';
import { paramsOf, problems, type RouteSchema } from './openapi-operations.js';
import { renderJson } from './render.js';
import { sendJsonText, sendProblem, sendText } from './reply.js';

const parts = { xds: 'config_dump', stats: 'stats', clusters: 'clusters' } as const;

/** Whom to ask, for what, and what to say of it. */
export interface AdminQuestion {
  readonly key: ResourceKey;
  readonly part: keyof typeof parts;
  /** As refusals name it. */
  readonly label: string;
  /** What to answer in place of a proxy that is not connected or has no admin. */
  readonly offline?: () => object;
}

/** Answers with what the Envoy of a connected proxy says of itself. */
export async function sendFromAdmin(
  { proxyAdmin }: ApiContext,
  reply: FastifyReply,
  { key, part, label, offline }: AdminQuestion,
): Promise<FastifyReply> {
  const answer = await proxyAdmin.ask(key, parts[part]);
  if (answer.ok) {
    if (part !== 'xds') return sendText(reply, 200, answer.value);
    const dump = sanitizeDump(answer.value);
    if (dump.ok) return sendJsonText(reply, renderJson(dump.value));
    return sendProblem(reply, unavailable(`the proxy of ${label} gave no config_dump: ${dump.error}`));
  }
  if (offline !== undefined && answer.error.failure !== 'unreachable')
    return sendJsonText(reply, renderJson(offline()));
  return sendProblem(reply, unavailable(describeFailure(label, answer.error)));
}

const unavailable = (detail: string) =>
  ({ problem: 'unavailable', title: 'Could not execute admin operation', detail }) as const;

function describeFailure(label: string, failure: AdminFailure): string {
  switch (failure.failure) {
    case 'not-connected':
      return `the proxy of ${label} is not connected to this control plane`;
    case 'no-admin':
      return `the proxy of ${label} has no admin port`;
    case 'unreachable':
      return `the admin of the proxy of ${label} cannot be asked: ${failure.reason}`;
  }
}

/** The schema of a route that answers with what Envoy says of itself. */
export const adminOperation = (
  operationId: string,
  summary: string,
  path: string,
  part: AdminQuestion['part'],
): RouteSchema => ({
  operationId,
  summary,
  tags: ['Inspect'],
  ...paramsOf(path),
  response: { 200: { description: summary, content: describeContent(part) }, ...problems(403, 404, 503) },
});

const dumpSchema = Type.Object({ configs: Type.Array(Type.Object({}, { additionalProperties: true })) });

function describeContent(part: AdminQuestion['part']): object {
  switch (part) {
    case 'xds': {
      const configs = [{ '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump', version_info: 'a1' }];
      return { 'application/json': { schema: dumpSchema, example: { configs } } };
    }
    case 'stats':
      return { 'text/plain': { schema: Type.String(), example: 'server.live: 1\n' } };
    case 'clusters':
      return { 'text/plain': { schema: Type.String(), example: 'backend::10.0.0.1:80::cx_active::1\n' } };
  }
}
