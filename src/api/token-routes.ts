import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { describeIdentity } from '../access/identity.js';
import { issueToken } from '../access/issue-token.js';
import { findSigningKey, keyNumber } from '../access/provide.js';
import { describeMissingKey, describeUnfitKey, readSigningKey } from '../access/signing-keys.js';
import { parseJsonText } from '../lib/json-text.js';
import { secretBytes, type SecretSpec } from '../model/secret.js';
import { parseStored } from '../store/spec-text.js';
import type { ApiContext } from './api-context.js';
import { refuseAction } from './check-access.js';
import { tokenSchemas, type TokenSort } from './openapi-tokens.js';
import { sendProblem } from './reply.js';
import {
  readDataplaneToken,
  readFields,
  readUserToken,
  readZoneIngressToken,
  readZoneToken,
  type ReadToken,
  type TokenRequest,
} from './token-requests.js';

/** What is looked at first differs by the sort of token (Kuma 2.5). */
type AccessCheck = 'before-body' | 'before-violations' | 'last';

const sorts: Readonly<Record<TokenSort, { readonly read: ReadToken; readonly access: AccessCheck }>> = {
  dataplane: { read: readDataplaneToken, access: 'last' },
  zone: { read: readZoneToken, access: 'before-violations' },
  'zone-ingress': { read: readZoneIngressToken, access: 'before-violations' },
  user: { read: readUserToken, access: 'before-body' },
};

const issuerSettings = {
  user: 'apiServer.authn.tokens.enableIssuer',
  dataplane: 'dpServer.authn.dpProxy.dpToken.enableIssuer',
  zone: 'dpServer.authn.zoneProxy.zoneToken.enableIssuer',
} as const;

/** `POST /tokens/*`: tokens for data plane proxies, zone proxies and users. They are issued in read-only mode too. */
export function registerTokenRoutes(app: FastifyInstance, context: ApiContext): void {
  for (const sort of Object.keys(sorts) as TokenSort[]) {
    app.post(`/tokens/${sort}`, { schema: tokenSchemas[sort] }, (request, reply) =>
      answerToken(context, sort, request, reply),
    );
  }
}

async function answerToken(
  context: ApiContext,
  sort: TokenSort,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { read, access } = sorts[sort];
  const refusal = refuseAction(request.identity);
  if (refusal !== undefined && access === 'before-body') return sendProblem(reply, refusal);
  const body = typeof request.body === 'string' ? request.body : '';
  const parsed = parseJsonText(body, { maxDepth: context.settings.jsonDepth });
  const fields = parsed.ok ? readFields(parsed.value) : undefined;
  const asked = fields && read(fields);
  if (asked === undefined) return reply.code(400).send();
  if (refusal !== undefined && access === 'before-violations') return sendProblem(reply, refusal);
  const { violations } = asked;
  if (violations.length > 0) return sendProblem(reply, { problem: 'invalid', title: 'Invalid request', violations });
  if (refusal !== undefined) return sendProblem(reply, refusal);
  // older tokens are issued whatever the settings say (Kuma 2.5)
  if (sort !== 'zone-ingress' && !context.settings.issues[sort]) {
    const detail = `the setting ${issuerSettings[sort]} is false`;
    return sendProblem(reply, { problem: 'unavailable', title: 'Could not issue a token', detail });
  }
  return sendToken(context, sort, asked, request, reply);
}

async function sendToken(
  { store, now, log }: ApiContext,
  sort: TokenSort,
  { keys, claims, validFor }: TokenRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const refuse = (detail: string) =>
    sendProblem(reply, { problem: 'not-found', title: 'Signing Key not found', detail });
  const signing = await findSigningKey(store, keys);
  if (signing === undefined) return refuse(describeMissingKey(keys));
  const id = String(keyNumber(signing.name, keys.prefix));
  const privateKey = readSigningKey(secretBytes(parseStored(signing).spec as SecretSpec));
  if (privateKey === undefined) return refuse(describeUnfitKey(keys, id));
  const time = Date.parse(now());
  const seconds = Math.floor(time / 1_000);
  const token = await issueToken({ id, privateKey }, claims, {
    now: seconds,
    validFor: Math.floor((time + validFor) / 1_000) - seconds,
  });
  log.info(
    { user: describeIdentity(request.identity), token: sort, mesh: keys.mesh, keyId: id, requestId: request.id },
    'issued a token',
  );
  // as bytes, lest Fastify add a charset to the type
  return reply.header('content-type', 'text/plain').send(Buffer.from(token));
}
