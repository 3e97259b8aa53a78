import type { Kind } from '../model/kind.js';
import type { Problem } from '../model/problem.js';
import { problemTexts } from './openapi-operations.js';
import { describeProblem } from './problem-body.js';

type Json = Readonly<Record<string, unknown>>;

interface Media {
  readonly schema?: Json;
  readonly example?: unknown;
  readonly examples?: Json;
}

type Content = Readonly<Record<string, Media>>;

interface Answer {
  readonly description: string;
  readonly headers?: Json;
  readonly content?: Content;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly [more: string]: unknown;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
  readonly [more: string]: unknown;
}

/** An OpenAPI document, as far as it is looked at here. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
  readonly [more: string]: unknown;
}

/**
 * Adds what is true of every operation, and so is said once: refusals of the router, headers, and examples, which come
 * from the kinds and from the components that schemas refer to.
 */
export function completeDocument(document: ApiDocument, kinds: readonly Kind[]): ApiDocument {
  const examples = collectExamples(document.components.schemas, kinds);
  const paths = mapValues(document.paths, (operations) =>
    mapValues(operations, (operation, method) => completeOperation(operation, method, kinds, examples)),
  );
  return { ...document, paths };
}

/** Name of a component to examples of it as the server answers them. */
type Examples = ReadonlyMap<string, readonly unknown[]>;

const times = { creationTime: '2026-11-23T13:21:07.7Z', modificationTime: '2026-11-23T13:21:07.7Z' };

function collectExamples(schemas: ApiDocument['components']['schemas'], kinds: readonly Kind[]): Examples {
  const answered = kinds.map(({ type, examples }) => [type, examples.map(({ body }) => withTimes(body))] as const);
  const others = Object.entries(schemas).map(
    ([name, { examples }]) => [name, Array.isArray(examples) ? examples : []] as const,
  );
  return new Map<string, readonly unknown[]>([...others, ...answered]);
}

function withTimes({ type, mesh, name, ...spec }: Kind['examples'][number]['body']): object {
  return { type, ...(mesh === undefined ? {} : { mesh }), name, ...times, ...spec };
}

function completeOperation(
  operation: Operation,
  method: string,
  kinds: readonly Kind[],
  examples: Examples,
): Operation {
  const { parameters = [], requestBody, responses } = operation;
  const kind = kinds.find(({ type }) => (operation['tags'] as readonly string[]).includes(type));
  const isItem = parameters.some((parameter) => parameter.name === 'name' && parameter.in === 'path');
  const added = {
    ...answersOf(403, 500, 503),
    406: text('The client does not accept JSON.', '406: Not Acceptable\n\nAvailable representations: application/json'),
    ...(requestBody === undefined
      ? {}
      : { ...answersOf(413), 415: text('The body is not said to be JSON.', '415: Unsupported Media Type') }),
    ...(isItem ? { 404: text('A name holds no slash.', '404: Page Not Found') } : {}),
  };
  return {
    ...operation,
    ...(parameters.length === 0 ? {} : { parameters: parameters.map((each) => withParameterExample(each, kind)) }),
    ...(requestBody === undefined || kind === undefined ? {} : { requestBody: withBodies(requestBody, kind) }),
    responses: mapValues(mergeAnswers(added, responses), (answer, status) => ({
      ...answer,
      headers: { ...headersOf(method, status, isItem && kind !== undefined), ...answer.headers },
      ...(answer.content === undefined
        ? {}
        : { content: mapValues(answer.content, (media) => withAnswerExample(media, status, examples)) }),
    })),
  };
}

/** Refusals as problem documents. */
const answersOf = (...statuses: readonly (keyof typeof problemTexts)[]): Readonly<Record<string, Answer>> =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: problemTexts[status],
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );

const text = (description: string, example: string): Answer => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' }, example } },
});

/** Where both have a status, the answer may have either form. */
function mergeAnswers(
  added: Readonly<Record<string, Answer>>,
  own: Operation['responses'],
): Readonly<Record<string, Answer>> {
  const statuses = [...new Set([...Object.keys(own), ...Object.keys(added)])].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const content = { ...own[status]?.content, ...added[status]?.content };
      const answer = { description: '', ...added[status], ...own[status] };
      return [status, Object.keys(content).length === 0 ? answer : { ...answer, content }];
    }),
  );
}

const requestId = {
  description: 'The id of the request in the log: that of the request’s header X-Request-Id, or a new one.',
  schema: { type: 'string' },
};
const etag = { description: 'The revision of the last write of the resource, in quotes.', schema: { type: 'string' } };

const headersOf = (method: string, status: string, hasRevision: boolean): Json => ({
  'X-Request-Id': requestId,
  ...(hasRevision && method !== 'delete' && ['200', '201', '304'].includes(status) ? { ETag: etag } : {}),
});

/** Names of what the examples are about. */
function withParameterExample(parameter: Parameter, kind: Kind | undefined): Parameter {
  if (parameter.in !== 'path') return parameter;
  const { mesh = 'default', name } = kind?.examples[0]?.body ?? { name: 'frontend-1' };
  return { ...parameter, example: parameter.name === 'mesh' ? mesh : name };
}

const withBodies = (
  requestBody: NonNullable<Operation['requestBody']>,
  kind: Kind,
): NonNullable<Operation['requestBody']> => ({
  ...requestBody,
  content: mapValues(requestBody.content, (media) => ({
    ...media,
    examples: Object.fromEntries(
      kind.examples.map(({ summary, body }, i) => [`example-${i + 1}`, { summary, value: body }]),
    ),
  })),
});

/** The first example of the component that the answer, or the items of its page, refer to. */
function withAnswerExample(media: Media, status: string, examples: Examples): Media {
  if (media.example !== undefined || media.examples !== undefined) return media;
  const component = referredBy(media.schema);
  if (component === 'Problem') return { ...media, example: describeProblem(problemExamples[status] ?? { problem: 'internal' }) };
  const one = component === undefined ? undefined : examples.get(component)?.[0];
  if (one !== undefined) return { ...media, example: one };
  const { items } = (media.schema?.['properties'] ?? {}) as { readonly items?: { readonly items?: Json } };
  const ofPage = examples.get(referredBy(items?.items) ?? '')?.[0];
  return ofPage === undefined ? media : { ...media, example: { total: 1, items: [ofPage], next: null } };
}

const referredBy = (schema: Json | undefined): string | undefined => {
  const reference = schema?.['$ref'];
  return typeof reference === 'string' ? reference.split('/').at(-1) : undefined;
};

/** A refusal for every status. */
const problemExamples: Readonly<Record<string, Problem>> = {
  400: {
    problem: 'invalid',
    title: 'Could not process a resource',
    violations: [{ field: 'spec.targetRef.kind', message: 'must be defined' }],
  },
  403: {
    problem: 'forbidden',
    detail: 'user "mesh-system:anonymous/mesh-system:unauthenticated" cannot write without authentication',
  },
  404: { problem: 'not-found', title: 'Could not retrieve a resource' },
  405: { problem: 'method-not-allowed' },
  409: { problem: 'conflict', detail: 'resource conflict: type="MeshTCPRoute" name="tcp-route-1" mesh="default"' },
  412: {
    problem: 'precondition-failed',
    detail: 'If-Match does not hold: the resource exists with ETag "7"; read it again',
  },
  413: { problem: 'body-too-large', limit: 1_048_576 },
  500: { problem: 'internal' },
  503: { problem: 'unavailable', title: 'Service Unavailable', detail: 'the store cannot be used at the moment' },
};

const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
