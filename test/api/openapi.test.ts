import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ApiDocument } from './document.js';
import { dataplane, route, startServer, type TestServer } from './fixture.js';

let server: TestServer;
let document: ApiDocument;
beforeAll(async () => {
  server = await startServer({}, false);
  document = new ApiDocument(server.app);
});
afterAll(() => server.close());

describe('the OpenAPI document', () => {
  it('has every route of the server, and no other', () => {
    // what the page /docs loads is no part of the API
    const routes = server.app.routeTable.list().filter((each) => !/ \/docs\/?./.test(each) && !each.startsWith('HEAD'));
    const operations = document.operations.map(({ method, path }) => `${method} ${path}`);
    expect(operations.toSorted()).toEqual([...new Set(routes)].sort());
  });

  it('names every operation once', () => {
    const ids = document.operations.map(({ operation }) => operation.operationId);
    expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    expect(document.operations.filter(({ operation }) => operation.summary === '')).toEqual([]);
  });

  it('has an example of every body, and all of them fit their schemas', () => {
    const problems = document.operations.flatMap(({ operation }) =>
      [
        operation.requestBody?.content ?? {},
        ...Object.values(operation.responses).map((each) => document.contentOf(each)),
      ]
        .flatMap((content) => Object.entries(content))
        .flatMap(([type, { schema, example, examples = {} }]) => {
          const values = [example, ...Object.values(examples).map(({ value }) => value)].filter(
            (each) => each !== undefined,
          );
          const missing = values.length === 0 ? ['has no example'] : [];
          return [...missing, ...values.flatMap((value) => document.errorsOf(schema, value))].map(
            (problem) => `${operation.operationId} ${type}: ${problem}`,
          );
        }),
    );
    expect(problems).toEqual([]);
  });

  it('has an example for every name in a path', () => {
    const parameters = document.operations.flatMap(({ operation }) => document.parametersOf(operation));
    expect(parameters.filter((each) => each.in === 'path' && typeof each.example !== 'string')).toEqual([]);
  });

  it('has paging for every list', () => {
    const lists = document.operations.filter(({ operation }) => operation.operationId.startsWith('list'));
    const unpaged = lists.filter(({ operation }) => {
      const names = new Set(document.parametersOf(operation).map(({ name }) => name));
      return !(names.has('size') && names.has('offset') && names.has('name'));
    });
    expect(unpaged.map(({ operation }) => operation.operationId)).toEqual([
      'listPolicies',
      'listGlobalInsights',
      'listZoneStatus',
    ]);
    expect(lists.length).toBeGreaterThan(5);
  });

  it('is what the server gives, and shows as a page', async () => {
    expect((await server.get('/openapi.json')).json()).toEqual(server.app.swagger());
    expect((await server.get('/docs', { accept: 'text/html' })).body).toMatch(/<html/);
  });
});

describe('answers are as the document says', () => {
  const path = '/meshes/default/meshtcproutes/r';
  const body = route('r', { targetRef: { kind: 'Mesh' } });
  const json = { 'content-type': 'application/json' };
  it.each<{
    name: string;
    method?: string;
    url: string;
    headers?: Record<string, string>;
    body?: unknown;
    status: number;
  }>([
    { name: 'create', method: 'PUT', url: path, body, status: 201 },
    { name: 'replace', method: 'PUT', url: path, body, status: 200 },
    { name: 'invalid', method: 'PUT', url: path, body: { ...body, spec: {} }, status: 400 },
    { name: 'too large', method: 'PUT', url: path, body: { x: 'x'.repeat(2 ** 20) }, status: 413 },
    { name: 'no JSON', method: 'PUT', url: path, headers: { 'content-type': 'text/plain' }, body, status: 415 },
    { name: 'nothing', method: 'PUT', url: path, headers: {}, status: 406 },
    {
      name: 'a failed condition',
      method: 'PUT',
      url: path,
      headers: { ...json, 'if-none-match': '*' },
      body,
      status: 412,
    },
    { name: 'from afar', method: 'PUT', url: path, headers: { ...json, origin: 'http://a' }, body, status: 403 },
    { name: 'read', url: path, status: 200 },
    { name: 'read in Kubernetes form', url: `${path}?format=k8s`, status: 200 },
    { name: 'read in no form', url: `${path}?format=x`, status: 400 },
    { name: 'not acceptable', url: path, headers: { accept: 'text/html' }, status: 406 },
    { name: 'list', url: '/meshtcproutes?size=1', status: 200 },
    { name: 'no list', url: '/meshtcproutes?size=x', status: 400 },
    { name: 'a Dataplane', method: 'PUT', url: '/meshes/default/dataplanes/d', body: dataplane('d', 's'), status: 201 },
    ...['', '/policies', '/rules', '/_config', '/xds', '/_overview'].map((view) => ({
      name: `the Dataplane's ${view}`,
      url: `/meshes/default/dataplanes/d${view}`,
      status: 200,
    })),
    { name: 'views of nothing', url: '/meshes/default/dataplanes/x/rules', status: 404 },
    { name: 'what only a proxy knows', url: '/meshes/default/dataplanes/d/stats', status: 503 },
    { name: 'where a policy attaches', url: `${path}/dataplanes`, status: 200 },
    { name: 'whom a policy reaches', url: `${path}/_resources/dataplanes?size=1`, status: 200 },
    ...[
      '/',
      '/config',
      '/policies',
      '/who-am-i',
      '/meshes',
      '/mesh-insights',
      '/global-insight',
      '/service-insights',
    ].map((url) => ({ name: url, url, status: 200 })),
    { name: 'a mesh that is not empty', method: 'DELETE', url: '/meshes/default', status: 400 },
    { name: 'delete', method: 'DELETE', url: path, status: 200 },
    { name: 'delete nothing', method: 'DELETE', url: path, status: 404 },
  ])('$name: $status', async ({ method = 'GET', url, headers = method === 'PUT' ? json : {}, body, status }) => {
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const answer = await server.app.inject({ method: method as 'GET', url, headers, ...payload });
    expect(answer.statusCode).toBe(status);
    expect(document.compare(method, url, answer)).toEqual([]);
  });
});
