import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';

import { startServer } from './fixture.js';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly responses?: Readonly<Record<string, object>>;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly examples?: readonly unknown[] }>> };
}

let document: Document;
beforeAll(async () => {
  const server = await startServer({}, false);
  document = (await server.get('/openapi.json')).json<Document>();
  await server.close();
});

describe('the OpenAPI document', () => {
  it('names every operation once, and says what it answers', () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ at: `${method} ${path}`, ...operation })),
    );
    const incomplete = operations.filter(
      ({ operationId, summary, tags, responses }) =>
        operationId === undefined ||
        summary === undefined ||
        tags?.length !== 1 ||
        Object.keys(responses ?? {}).length === 0,
    );
    expect(incomplete.map(({ at }) => at)).toEqual([]);
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('has an example for every component, which fits it', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    ajv.addSchema({ $id: 'document', ...document });
    const unfit = Object.entries(document.components.schemas).flatMap(([name, { examples = [] }]) => {
      const check = ajv.compile({ $ref: `document#/components/schemas/${name}` });
      if (examples.length === 0) return [`${name}: no example`];
      return examples.flatMap((example) => (check(example) ? [] : [`${name}: ${ajv.errorsText(check.errors)}`]));
    });
    expect(unfit).toEqual([]);
  });
});
