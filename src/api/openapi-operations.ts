import { Type, type TProperties, type TSchema } from 'typebox';

import type { Kind } from '../model/kind.js';
import { describeRefusal, type RefusalStatus } from './openapi-refusals.js';

/** What a route says of itself to the OpenAPI document; nothing of it is used to judge requests. */
export interface RouteSchema {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly headers?: TSchema;
  readonly body?: object;
  readonly response: Readonly<Record<number, object>>;
}

/** A reference to a schema of the document's components. */
export const refTo = (name: string): object => ({ $ref: `${name}#` });

/** The refusals that a route can give besides those of every route, by status. */
export const problems = (...statuses: readonly RefusalStatus[]): Readonly<Record<number, object>> =>
  Object.fromEntries(statuses.map((status) => [status, described(refTo('Problem'), describeRefusal(status))]));

const described = (schema: object, description: string): object => ({
  description,
  content: { 'application/json': { schema } },
});

/** An answer of plain JSON. */
export const jsonAnswer = described;

const nothing = (description: string): object => ({ description, type: 'null' });

const nameParameter = Type.String({ description: 'Name of the resource.' });
const meshParameter = Type.String({ description: 'Name of the mesh.' });

/** Path parameters, from the pattern of the route. */
export function paramsOf(path: string): { readonly params?: TSchema } {
  const properties: TProperties = {};
  for (const [, name = ''] of path.matchAll(/:([a-z]+)/g))
    properties[name] = name === 'mesh' ? meshParameter : nameParameter;
  return Object.keys(properties).length === 0 ? {} : { params: Type.Object(properties) };
}

/** `size` and `offset`. */
export const pagingParameters: TProperties = {
  size: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 1000,
      default: 100,
      description: 'Items per page; 0 lists everything on one page.',
    }),
  ),
  offset: Type.Optional(
    Type.Integer({ minimum: 0, default: 0, description: 'How many items to leave out at the beginning.' }),
  ),
};

const filterParameters = {
  tag: Type.Optional(
    Type.Array(Type.String(), {
      description: '`name:value`: only what has the tag, with a value that contains this one; may be repeated.',
    }),
  ),
  gateway: Type.Optional(
    Type.String({
      enum: ['true', 'false', 'builtin', 'delegated'],
      description: 'Only gateways, none of them, or those of one type.',
    }),
  ),
};

const nameFilter: TProperties = {
  name: Type.Optional(Type.String({ description: 'Only resources whose name contains this text.' })),
};

const listParameters = (kind: Kind): TSchema =>
  Type.Object({
    ...pagingParameters,
    ...nameFilter,
    ...Object.fromEntries((kind.filters ?? []).map((filter) => [filter, filterParameters[filter]])),
  });

/** A page of things. */
export const pageOf = (items: object): object => ({
  type: 'object',
  required: ['total', 'items', 'next'],
  properties: {
    total: { type: 'integer', description: 'How many there are on all pages.' },
    items: { type: 'array', items },
    next: { type: ['string', 'null'], description: 'URL of the next page; null on the last one.' },
  },
});

export const itemSchema = (kind: Kind): RouteSchema => ({
  operationId: `get${kind.type}`,
  summary: `Read a ${kind.singularDisplayName}`,
  tags: [kind.type],
  ...paramsOf(kind.scope === 'global' ? '/:name' : '/:mesh/:name'),
  querystring: Type.Object({
    format: Type.Optional(
      Type.String({
        enum: ['universal', 'kubernetes', 'k8s'],
        default: 'universal',
        description: 'The form of the answer.',
      }),
    ),
    namespace: Type.Optional(
      Type.String({ default: 'kuma-system', description: 'The namespace to show in the Kubernetes form.' }),
    ),
  }),
  response: {
    200: described(
      { anyOf: [refTo(kind.type), refTo('KubernetesForm')] },
      `The ${kind.singularDisplayName}, in the form asked for; its revision is in the ETag header.`,
    ),
    304: nothing('If-None-Match names the ETag that the resource still has.'),
    ...problems(400, 403, 404),
  },
});

const conditions = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'Only if the resource has this ETag (or exists at all: `*`).' }),
  ),
  'if-none-match': Type.Optional(Type.String({ description: '`*`: only if the resource does not exist.' })),
});

export const putSchema = (kind: Kind): RouteSchema => ({
  operationId: `put${kind.type}`,
  summary: `Create or replace a ${kind.singularDisplayName}`,
  tags: [kind.type],
  ...paramsOf(kind.scope === 'global' ? '/:name' : '/:mesh/:name'),
  querystring: Type.Object({
    strict: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Refuse fields that the kind does not know. Without it they are left out, and Warning headers name them.',
      }),
    ),
  }),
  headers: conditions,
  body: refTo(kind.type),
  response: {
    200: nothing(
      'Replaced; the new revision is in the ETag header. A Link header leads to warnings, if there are any.',
    ),
    201: nothing('Created; the revision is in the ETag header. A Link header leads to warnings, if there are any.'),
    ...problems(400, 403, 405, 409, 412, 413),
  },
});

export const deleteSchema = (kind: Kind): RouteSchema => ({
  operationId: `delete${kind.type}`,
  summary: `Delete a ${kind.singularDisplayName}`,
  tags: [kind.type],
  ...paramsOf(kind.scope === 'global' ? '/:name' : '/:mesh/:name'),
  headers: conditions,
  response: { 200: nothing('Deleted, with all that it owned.'), ...problems(400, 403, 404, 405, 409, 412) },
});

/** A list, of one mesh or of all. */
export const listSchema = (kind: Kind, path: string): RouteSchema => {
  const ofAll = kind.scope === 'mesh' && !path.includes(':mesh');
  return {
    operationId: `list${ofAll ? 'All' : ''}${kind.type}`,
    summary: `List the ${kind.pluralDisplayName}${kind.scope === 'global' ? '' : ofAll ? ' of all meshes' : ' of a mesh'}`,
    tags: [kind.type],
    ...paramsOf(path),
    querystring: listParameters(kind),
    response: {
      200: described(pageOf(refTo(kind.type)), 'A page of the list, by mesh and name.'),
      ...problems(400, 403),
    },
  };
};

/** PUT or DELETE of what only the server writes. */
export const refusedSchema = (kind: Kind, method: 'PUT' | 'DELETE'): RouteSchema => ({
  operationId: `${method.toLowerCase()}${kind.type}`,
  summary: `Refused: only the server writes a ${kind.singularDisplayName}`,
  tags: [kind.type],
  ...paramsOf(kind.scope === 'global' ? '/:name' : '/:mesh/:name'),
  response: problems(403, 405),
});

/** Overviews stand under today's path and under that of older clients. */
const isLegacy = (path: string): boolean => !path.endsWith('/_overview');

export const overviewListSchema = (kind: Kind, path: string): RouteSchema => {
  const ofAll = kind.scope === 'mesh' && !path.includes(':mesh') ? 'All' : '';
  const more = isLegacy(path) ? ' (older path)' : '';
  return {
    operationId: `list${ofAll}${kind.type}${isLegacy(path) ? 'sWithInsights' : 'Overviews'}`,
    summary: `List the ${kind.pluralDisplayName} with what is known of them${more}`,
    tags: [kind.type],
    ...paramsOf(path),
    querystring: listParameters(kind),
    response: {
      200: described(pageOf(refTo(`${kind.type}Overview`)), 'A page of the list, by mesh and name.'),
      ...problems(400, 403),
    },
  };
};

export const overviewItemSchema = (kind: Kind, path: string): RouteSchema => ({
  operationId: `get${kind.type}${isLegacy(path) ? 'WithInsight' : 'Overview'}`,
  summary: `Read a ${kind.singularDisplayName} with what is known of it${isLegacy(path) ? ' (older path)' : ''}`,
  tags: [kind.type],
  ...paramsOf(path),
  response: { 200: described(refTo(`${kind.type}Overview`), 'The overview.'), ...problems(400, 403, 404) },
});
