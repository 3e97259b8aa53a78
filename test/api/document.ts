import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Media {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Reference {
  readonly $ref?: string;
}

interface Answer extends Reference {
  readonly content?: Readonly<Record<string, Media>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly example?: unknown;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Answer>>;
}

/** The OpenAPI document of a server, and what it says of answers. */
export class ApiDocument {
  readonly operations: readonly {
    readonly method: string;
    readonly path: string;
    readonly pattern: RegExp;
    readonly operation: Operation;
  }[];
  readonly #parameters: Readonly<Record<string, Parameter>>;
  readonly #answers: Readonly<Record<string, Answer>>;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(app: FastifyInstance) {
    const document = app.swagger() as unknown as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
      readonly components: {
        readonly schemas: object;
        readonly parameters: Readonly<Record<string, Parameter>>;
        readonly responses: Readonly<Record<string, Answer>>;
      };
    };
    this.#parameters = document.components.parameters;
    this.#answers = document.components.responses;
    this.#ajv.addSchema({ $id: 'document', components: { schemas: inDocument(document.components.schemas) } });
    this.operations = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        pattern: toPattern(path),
        operation,
      })),
    );
  }

  /** The bodies of an answer, by type. */
  contentOf(answer: Answer): Readonly<Record<string, Media>> {
    const known = answer.$ref === undefined ? answer : this.#answers[answer.$ref.split('/').at(-1) ?? ''];
    return known?.content ?? {};
  }

  /** The parameters of an operation. */
  parametersOf({ parameters = [] }: Operation): readonly Parameter[] {
    return parameters.map((each) => ('$ref' in each ? this.#parameters[each.$ref.split('/').at(-1) ?? '']! : each));
  }

  /** What is wrong with a value by a schema; empty when nothing is. */
  errorsOf(schema: object, value: unknown): readonly string[] {
    const text = JSON.stringify(schema);
    const validate = this.#validators.get(text) ?? this.#ajv.compile(inDocument(schema));
    this.#validators.set(text, validate);
    return validate(value)
      ? []
      : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  }

  /** What the document does not say, or says otherwise, of an answer to a request; empty when it fits. */
  compare(method: string, url: string, { statusCode, headers, body }: LightMyRequestResponse): readonly string[] {
    const operation = this.#find(method, url.split('?', 1)[0] ?? '');
    // what no route takes is no operation's answer
    if (operation === undefined) return [];
    const at = `${operation.operationId} ${statusCode}`;
    const answer = operation.responses[String(statusCode)];
    if (answer === undefined) return [`${at}: not in the document`];
    const content = this.contentOf(answer);
    const type = String(headers['content-type'] ?? '').split(';', 1)[0] ?? '';
    const isBare = operation.description?.includes(`${statusCode} without a body`) === true;
    if (body === '' && isBare) return [];
    if (body === '') return Object.keys(content).length === 0 ? [] : [`${at}: a body is documented, there is none`];
    const media = content[type];
    if (media === undefined) return [`${at}: ${type} is not in the document`];
    return type === 'application/json'
      ? this.errorsOf(media.schema, JSON.parse(body)).map((error) => `${at}: ${error}`)
      : [];
  }

  #find(method: string, url: string): Operation | undefined {
    const path = url.length > 1 ? url.replace(/\/$/, '') : url;
    const parametersOf = (template: string): number => template.split('{').length;
    const matching = this.operations
      .filter(({ pattern }) => pattern.test(path))
      .sort((a, b) => parametersOf(a.path) - parametersOf(b.path));
    return matching.find((each) => each.path === matching[0]?.path && each.method === method)?.operation;
  }
}

/** The same schema with references that lead into the document from anywhere. */
const inDocument = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object;

const toPattern = (template: string): RegExp =>
  new RegExp(`^${template.replaceAll('+', '\\+').replaceAll(/\{[a-z]+\}/g, '[^/]+')}$`);
