import type { Kind } from '../model/kind.js';
import { isRefusal, refusalComponents, refusalReference, type RefusalStatus } from './openapi-refusals.js';

type Json = Readonly<Record<string, unknown>>;

interface Media {
  readonly schema?: Json;
  readonly example?: unknown;
  readonly examples?: Json;
}

type Content = Readonly<Record<string, Media>>;

interface Answer {
  readonly headers?: Json;
  readonly content?: Content;
  readonly [more: string]: unknown;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly [more: string]: unknown;
}

interface Operation {
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content; readonly [more: string]: unknown };
  readonly responses: Readonly<Record<string, Answer>>;
  readonly [more: string]: unknown;
}

/** An OpenAPI document, as far as it is looked at here. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>>; readonly [more: string]: unknown };
  readonly [more: string]: unknown;
}

/**
 * Adds what is true of every operation, and so is said once: what any of them can answer, headers, and examples, which
 * come from the kinds and from the schemas that an operation refers to.
 */
export function completeDocument(document: ApiDocument, kinds: readonly Kind[]): Json {
  const { schemas } = document.components;
  const examples = collectExamples(schemas, kinds);
  const paths = mapValues(document.paths, (operations) =>
    mapValues(operations, (operation, method) =>
      completeOperation(
        operation,
        method,
        kinds.find(({ type }) => operation.tags.includes(type)),
        examples,
      ),
    ),
  );
  const parameters = collectParameters(paths);
  return {
    ...document,
    components: {
      // their examples stand where they are used
      schemas: mapValues(schemas, ({ examples: _, ...schema }) => withoutAnnotations(schema)),
      parameters: Object.fromEntries([...parameters].map(([text, name]) => [name, JSON.parse(text) as Parameter])),
      headers,
      responses: refusalComponents(requestId),
    },
    paths: mapValues(paths, (operations) =>
      mapValues(operations, (operation) => withReferences(operation, parameters)),
    ),
  };
}

/** Parameters that several operations have, as JSON, to their names as components. */
function collectParameters(paths: ApiDocument['paths']): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { parameters = [] } of Object.values(paths).flatMap((operations) => Object.values(operations))) {
    for (const text of parameters.map((each) => JSON.stringify(each))) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const shared = [...counts].filter(([, count]) => count > 1).map(([text]) => text);
  const names = shared.map((text) => (JSON.parse(text) as Parameter).name);
  return new Map(
    shared.map((text, i) => {
      const earlier = names.slice(0, i).filter((name) => name === names[i]).length;
      return [text, `${names[i] ?? ''}${earlier === 0 ? '' : String(earlier + 1)}`];
    }),
  );
}

const withReferences = (operation: Operation, components: ReadonlyMap<string, string>): Json => ({
  ...operation,
  ...(operation.parameters === undefined
    ? {}
    : {
        parameters: operation.parameters.map((each) => {
          const name = components.get(JSON.stringify(each));
          return name === undefined ? each : { $ref: `#/components/parameters/${name}` };
        }),
      }),
});

const headers = {
  RequestId: {
    description: 'The id of the request in the log: what the request said in X-Request-Id, or a new one.',
    schema: { type: 'string' },
    example: '0f8fad5b-d9cb-469f-a165-70867728950e',
  },
  ETag: {
    description: 'The revision of the last write of the resource, in quotes.',
    schema: { type: 'string' },
    example: '"7"',
  },
};

const requestId = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

/** Name of a schema to an example of what the server answers with it. */
type Examples = ReadonlyMap<string, unknown>;

const times = { creationTime: '2026-11-23T13:21:07.7Z', modificationTime: '2026-11-23T13:21:07.7Z' };

function collectExamples(schemas: ApiDocument['components']['schemas'], kinds: readonly Kind[]): Examples {
  const answered = kinds.flatMap(({ type, examples: [first] }) =>
    first === undefined ? [] : [[type, withTimes(first.body)] as const],
  );
  const others = Object.entries(schemas).flatMap(([name, { examples }]) =>
    Array.isArray(examples) && examples.length > 0 ? [[name, examples[0] as unknown] as const] : [],
  );
  return new Map<string, unknown>([...others, ...answered]);
}

const withTimes = ({ type, mesh, name, ...spec }: Kind['examples'][number]['body']): object => ({
  type,
  ...(mesh === undefined ? {} : { mesh }),
  name,
  ...times,
  ...spec,
});

function completeOperation(
  { parameters, requestBody, responses, ...operation }: Operation,
  method: string,
  kind: Kind | undefined,
  examples: Examples,
): Operation {
  const isItem = parameters?.some(({ name, in: place }) => name === 'name' && place === 'path') === true;
  const hasTag = kind !== undefined && isItem && method !== 'delete';
  const always: readonly RefusalStatus[] = [
    401,
    403,
    406,
    429,
    431,
    500,
    503,
    ...(requestBody === undefined ? [] : ([413, 415] as const)),
  ];
  return {
    ...operation,
    ...(parameters === undefined ? {} : { parameters: parameters.map((each) => completeParameter(each, kind)) }),
    ...(requestBody === undefined
      ? {}
      : { requestBody: kind === undefined ? withOwnExample(requestBody) : withBodies(requestBody, kind) }),
    responses: {
      ...mapValues(responses, (answer, status) =>
        isRefusal(status)
          ? refusalReference(status)
          : {
              ...answer,
              headers: { ...requestId, ...(hasTag ? { ETag: { $ref: '#/components/headers/ETag' } } : {}) },
              ...(answer.content === undefined
                ? {}
                : { content: mapValues(answer.content, (media) => withExample(media, examples)) }),
            },
      ),
      ...Object.fromEntries(always.map((status) => [status, refusalReference(String(status))])),
    },
  };
}

/** Query parameters of which an empty value counts as none. */
const mayBeEmpty: readonly string[] = ['size', 'offset', 'format', 'gateway'];

/** Says what may be empty, and names what the examples are about. */
function completeParameter(parameter: Parameter, kind: Kind | undefined): Parameter {
  if (parameter.in === 'query' && mayBeEmpty.includes(parameter.name)) return { ...parameter, allowEmptyValue: true };
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

/** The example that the schema of a body brings along. */
const withOwnExample = (requestBody: NonNullable<Operation['requestBody']>): NonNullable<Operation['requestBody']> => ({
  ...requestBody,
  content: mapValues(requestBody.content, (media) => withExample(media, new Map())),
});

/** The example of the schema that the answer, or the items of its page, refer to. */
function withExample(media: Media, examples: Examples): Media {
  if (media.example !== undefined || media.examples !== undefined || media.schema === undefined) return media;
  const { examples: own, ...schema } = media.schema;
  if (Array.isArray(own)) return { schema, example: own[0] as unknown };
  const [first] = (schema['anyOf'] ?? [schema]) as readonly Json[];
  const known = examples.get(referredBy(first) ?? '');
  if (known !== undefined) return { schema, example: known };
  const { items } = (schema['properties'] ?? {}) as { readonly items?: { readonly items?: Json } };
  const ofPage = examples.get(referredBy(items?.items) ?? '');
  return ofPage === undefined ? media : { schema, example: { total: 1, items: [ofPage], next: null } };
}

function referredBy(schema: Json | undefined): string | undefined {
  const reference = schema?.['$ref'];
  return typeof reference === 'string' ? reference.split('/').at(-1) : undefined;
}

/** A schema without the keywords that only readers of bodies look at. */
function withoutAnnotations(schema: Json): Json {
  const known = Object.entries(schema).filter(([keyword]) => !keyword.startsWith('x-'));
  return Object.fromEntries(known.map(([keyword, value]) => [keyword, cleanKeyword(keyword, value)]));
}

function cleanKeyword(keyword: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  switch (keyword) {
    case 'properties':
    case 'patternProperties':
      return mapValues(value as Readonly<Record<string, Json>>, withoutAnnotations);
    case 'items':
    case 'additionalProperties':
      return withoutAnnotations(value as Json);
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return (value as readonly Json[]).map(withoutAnnotations);
    default:
      return value;
  }
}

const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, key: string) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
