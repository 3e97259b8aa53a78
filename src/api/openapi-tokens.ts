import { problems, type RouteSchema } from './openapi-operations.js';

/** Who a token is for, as in `/tokens/<sort>`. */
export type TokenSort = 'dataplane' | 'zone' | 'zone-ingress' | 'user';

const text = (description: string): object => ({ type: 'string', description });
const texts = (description: string): object => ({ type: 'array', items: { type: 'string' }, description });
const validFor = text('How long the token holds, as `24h`; ten years when absent.');

const makeSchema = (name: string, of: string, body: object): RouteSchema => ({
  operationId: `create${name}Token`,
  summary: `Issue a token for ${of}`,
  description: 'A body that cannot be decoded is answered with 400 without a body, as by Kuma.',
  tags: ['Tokens'],
  body: { type: 'object', ...body },
  response: {
    200: {
      description: 'The token: a JWT.',
      content: {
        'text/plain': { schema: { type: 'string' }, example: 'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJ9.c2ln' },
      },
    },
    ...problems(400, 403, 404),
  },
});

/** What the routes of tokens say of themselves. */
export const tokenSchemas: Readonly<Record<TokenSort, RouteSchema>> = {
  dataplane: makeSchema('Dataplane', 'a data plane proxy', {
    required: ['mesh'],
    properties: {
      mesh: text('The mesh of the proxy.'),
      name: text('The only Dataplane that the token is for; any when absent.'),
      tags: {
        type: 'object',
        additionalProperties: { type: 'array', items: { type: 'string' } },
        description: 'Tags that the Dataplane must have, and their allowed values.',
      },
      type: { type: 'string', enum: ['', 'dataplane', 'ingress', 'egress'], description: 'Sort of the proxy.' },
      validFor,
    },
    examples: [{ mesh: 'default', name: 'backend-1', tags: { 'kuma.io/service': ['backend'] }, validFor: '24h' }],
  }),
  zone: makeSchema('Zone', 'the proxies of a zone', {
    required: ['scope'],
    properties: {
      zone: text('The zone.'),
      scope: texts('What the token is for: `ingress`, `egress`, `cp`.'),
      validFor,
    },
    examples: [{ zone: 'zone-1', scope: ['ingress', 'egress'], validFor: '720h' }],
  }),
  'zone-ingress': makeSchema('ZoneIngress', 'a zone ingress (older form)', {
    required: ['zone'],
    properties: { zone: text('The zone.'), validFor },
    examples: [{ zone: 'zone-1', validFor: '720h' }],
  }),
  user: makeSchema('User', 'a user of the API', {
    required: ['name', 'validFor'],
    properties: {
      name: text('The user.'),
      groups: texts('Groups of the user; `mesh-system:admin` is that of the administrators.'),
      validFor: text('How long the token holds, as `24h`.'),
    },
    examples: [{ name: 'jane', groups: ['team-a'], validFor: '24h' }],
  }),
};
