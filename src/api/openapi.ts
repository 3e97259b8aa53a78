import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';

import type { Kind } from '../model/kind.js';
import type { ApiContext } from './api-context.js';
import { inspectSchemas } from './openapi-inspect.js';
import { completeDocument, type ApiDocument } from './openapi-complete.js';
import { overviewOf } from './render.js';

const metaProperties = (kind: Kind, type: string): Readonly<Record<string, object>> => ({
  type: { type: 'string', enum: [type], description: 'The kind of the resource.' },
  ...(kind.scope === 'mesh' ? { mesh: { type: 'string', description: 'Name of the mesh; as in the URL.' } } : {}),
  name: { type: 'string', minLength: 1, maxLength: 253, description: 'Name of the resource; as in the URL.' },
  creationTime: { type: 'string', format: 'date-time', readOnly: true, description: 'When it was created.' },
  modificationTime: { type: 'string', format: 'date-time', readOnly: true, description: 'When it was last written.' },
});

const exampleTimes = { creationTime: '2026-11-24T20:05:17.081Z', modificationTime: '2026-11-24T20:05:17.081Z' };

/** The schema of a kind's documents as they are sent and answered. */
export function documentSchema(kind: Kind): object {
  const properties = (kind.schema as TSchema & { readonly properties?: object }).properties ?? {};
  return {
    $id: kind.type,
    title: kind.singularDisplayName,
    type: 'object',
    required: ['type', 'name', ...(kind.scope === 'mesh' ? ['mesh'] : []), ...(kind.form === 'nested' ? ['spec'] : [])],
    properties: {
      ...metaProperties(kind, kind.type),
      ...(kind.form === 'nested' ? { spec: kind.schema } : properties),
    },
    examples: kind.examples.map(({ body }) => body),
  };
}

const problemSchema = {
  $id: 'Problem',
  title: 'Problem',
  description: 'A refusal: what was wrong and, where it can be said, with which fields.',
  type: 'object',
  required: ['type', 'status', 'title', 'detail', 'details'],
  properties: {
    type: { type: 'string', const: '/std-errors' },
    status: { type: 'integer' },
    title: { type: 'string', description: 'What could not be done.' },
    detail: { type: 'string', description: 'Why.' },
    invalid_parameters: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'reason'],
        properties: { field: { type: 'string' }, reason: { type: 'string' } },
      },
    },
    details: { type: 'string', deprecated: true, description: 'The same as detail.' },
    causes: {
      type: 'array',
      deprecated: true,
      description: 'The same as invalid_parameters.',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
  examples: [
    {
      type: '/std-errors',
      status: 400,
      title: 'Could not process a resource',
      detail: 'Resource is not valid',
      invalid_parameters: [{ field: 'spec.targetRef.kind', reason: 'must be defined' }],
      details: 'Resource is not valid',
      causes: [{ field: 'spec.targetRef.kind', message: 'must be defined' }],
    },
  ],
};

const kubernetesSchema = {
  $id: 'KubernetesForm',
  title: 'Kubernetes form',
  description: 'A resource in the form of a Kubernetes object.',
  type: 'object',
  required: ['kind', 'apiVersion', 'metadata', 'spec'],
  properties: {
    kind: { type: 'string', description: 'The kind of the resource.' },
    apiVersion: { type: 'string', enum: ['kuma.io/v1alpha1'] },
    metadata: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
    mesh: { type: 'string' },
    spec: { type: 'object' },
  },
};

/** The page that shows the document; what it loads is no part of the API. */
const docsPath = {
  '/docs': {
    get: {
      operationId: 'getDocs',
      summary: 'This document as a page',
      tags: ['About'],
      responses: {
        200: {
          description: 'A page for people.',
          content: { 'text/html': { schema: { type: 'string' }, example: '<!doctype html>…' } },
        },
      },
    },
  },
};

/** The schema of a kind's overviews. */
function overviewSchema(kind: Kind, insight: Kind): object {
  const { type, part, insightPart } = overviewOf(kind);
  const { type: _type, mesh, name, ...spec } = kind.examples[0]?.body ?? { type: '', name: 'example' };
  const {
    type: _insightType,
    mesh: _mesh,
    name: _name,
    ...known
  } = insight.examples[0]?.body ?? { type: '', name: '' };
  const meta = { type, ...(mesh === undefined ? {} : { mesh }), name, ...exampleTimes };
  return {
    $id: type,
    title: `${kind.singularDisplayName} Overview`,
    type: 'object',
    required: [...Object.keys(metaProperties(kind, type)), part],
    properties: { ...metaProperties(kind, type), [part]: kind.schema, [insightPart]: insight.schema },
    examples: [{ ...meta, [part]: spec, [insightPart]: known }],
  };
}

/** Collects the document from the routes that are registered afterwards; serves it, and a page to read it. */
export async function registerOpenApi(app: FastifyInstance, { kinds, about }: ApiContext): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'skein',
        version: about.version,
        description: 'Control plane for Envoy service meshes, compatible with Kong Mesh / Kuma 2.5.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/', description: 'This server' }],
    },
    transformObject: (made) => {
      const document = ('openapiObject' in made ? made.openapiObject : {}) as ApiDocument;
      return completeDocument({ ...document, paths: { ...document.paths, ...docsPath } }, kinds);
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) => (typeof json.$id === 'string' ? json.$id : `schema-${i}`),
    },
  });
  for (const kind of kinds) app.addSchema(documentSchema(kind));
  app.addSchema(problemSchema);
  app.addSchema(kubernetesSchema);
  for (const schema of Object.values(inspectSchemas)) app.addSchema(schema);
  for (const kind of kinds) {
    const insight = kinds.find(({ type }) => type === kind.insight?.type);
    if (insight !== undefined) app.addSchema(overviewSchema(kind, insight));
  }
  app.get(
    '/openapi.json',
    {
      schema: {
        operationId: 'getOpenApi',
        summary: 'This document',
        tags: ['About'],
        response: {
          200: {
            description: 'An OpenAPI 3.1 document.',
            content: { 'application/json': { schema: { type: 'object' }, example: { openapi: '3.1.0' } } },
          },
        },
      },
    },
    () => app.swagger(),
  );
  await app.register(async (docs: FastifyInstance) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, isPage: true };
    });
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      logLevel: 'silent',
      uiConfig: { docExpansion: 'none', deepLinking: true },
    });
  });
}
