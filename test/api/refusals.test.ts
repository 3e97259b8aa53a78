import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { dataplane, startServer, type TestServer } from './fixture.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ SKEIN_API_SERVER_BODY_LIMIT: '4096' }, false);
});
afterAll(() => server.close());

const json = { 'content-type': 'application/json' };
const path = '/meshes/default/dataplanes/d';
const nested = (levels: number): string => `{"a":`.repeat(levels) + '1' + '}'.repeat(levels);

describe('bodies', () => {
  it.each([
    { name: 'larger than the limit', payload: ' '.repeat(4097), status: 413, detail: /larger than 4096 bytes/ },
    { name: 'nested too deeply', payload: nested(65), status: 400, detail: /nested/ },
    { name: 'nested beyond any stack', payload: '['.repeat(4000), status: 400, detail: /^invalid Dataplane object/ },
    { name: 'no JSON', payload: '{', status: 400, detail: /^invalid Dataplane object/ },
    { name: 'two values', payload: '{}{}', status: 400, detail: /^invalid Dataplane object/ },
    { name: '__proto__ as a key', payload: '{"a":[{"__proto__":1}]}', status: 400, detail: /__proto__/ },
    { name: 'constructor as a key', payload: '{"constructor":{}}', status: 400, detail: /constructor/ },
    { name: 'an escaped __proto__', payload: '{"\\u005f_proto__":1}', status: 400, detail: /__proto__/ },
  ])('$name', async ({ payload, status, detail }) => {
    const answer = await server.put(path, payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json<{ readonly detail: string }>().detail).toMatch(detail);
  });

  it('as large and as deep as allowed are read', async () => {
    const padded = JSON.stringify(dataplane('d', 's')).padEnd(4096);
    expect((await server.put(path, padded)).statusCode).toBe(201);
    expect((await server.put(path, padded.replace('{', `{"x":${nested(63)},`).slice(0, 4096))).statusCode).toBe(200);
  });

  it('a resource may be named constructor', async () => {
    expect((await server.put('/meshes/constructor', { type: 'Mesh', name: 'constructor' })).statusCode).toBe(201);
    expect((await server.get('/meshes/constructor/dataplanes/constructor/policies')).statusCode).toBe(404);
  });
});

describe('media types', () => {
  const send = (headers: Record<string, string>, payload = '{}') =>
    server.app.inject({ method: 'PUT', url: path, headers, payload });
  it.each([
    { name: 'with parameters', type: 'application/json; charset=utf-8', status: 400 },
    { name: 'with no parameter after the semicolon', type: 'application/json;', status: 400 },
    { name: 'with broken parameters', type: 'application/json;;=,', status: 400 },
    { name: 'with a space before the semicolon', type: 'application/json ;x', status: 400 },
    { name: 'that only begins so', type: 'application/jsonp', status: 415 },
    { name: 'with a tab', type: 'application/json\t', status: 400 },
    { name: 'in capitals', type: 'Application/JSON', status: 415 },
    { name: 'YAML', type: 'application/yaml', status: 415 },
    { name: 'a form', type: 'application/x-www-form-urlencoded', status: 415 },
    { name: 'nothing', type: '', status: 415 },
  ])('$name: $status', async ({ type, status }) => {
    const answer = await send({ 'content-type': type });
    expect(answer.statusCode).toBe(status);
    if (status === 415) expect(answer.body).toBe('415: Unsupported Media Type');
    else expect(answer.json()).toMatchObject({ title: 'Could not process a resource' });
  });

  it.each([{}, { 'content-type': 'application/yaml', 'content-length': '0' }])(
    'no body and no JSON in %j is 406',
    async (headers) => {
      const none = await server.app.inject({ method: 'PUT', url: path, headers });
      expect([none.statusCode, none.body]).toEqual([406, '406: Not Acceptable\n\nAvailable representations: ']);
    },
  );

  it('a body without type is 415', async () => {
    expect((await send({})).statusCode).toBe(415);
  });

  it.each([
    { accept: 'text/html', status: 406 },
    { accept: 'application/*', status: 406 },
    { accept: 'text/html, application/json;q=0.1', status: 200 },
    { accept: '*/*;q=0.8', status: 200 },
    { accept: '', status: 200 },
  ])('Accept "$accept": $status', async ({ accept, status }) => {
    expect((await server.get('/meshes', { accept })).statusCode).toBe(status);
  });

  it('a page is given to who asks for pages', async () => {
    const page = await server.get('/docs/', { accept: 'text/html' });
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });
});

describe('methods', () => {
  it.each([
    { method: 'HEAD', url: '/meshes', allow: 'GET' },
    { method: 'POST', url: '/meshes', allow: 'GET' },
    { method: 'OPTIONS', url: '/meshes/default', allow: 'PUT, DELETE, GET' },
    { method: 'PATCH', url: '/meshes/default/dataplanes/d', allow: 'PUT, DELETE, GET' },
    { method: 'TRACE', url: '/', allow: 'GET' },
    { method: 'PROPFIND', url: '/meshes/default/dataplanes/d/policies/', allow: 'GET' },
  ] as const)('$method $url', async ({ method, url, allow }) => {
    const answer = await server.app.inject({ method: method as 'GET', url, headers: json });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.body).toBe('405: Method Not Allowed');
  });
});

describe('queries', () => {
  const none = '/meshes/default/meshtcproutes/none';
  it.each([
    { name: 'a semicolon in a parameter', url: '/meshes?size=x;offset=1&offset=0', status: 200 },
    { name: 'a percent sign without digits', url: '/meshes?size=%x', status: 200 },
    { name: 'a percent sign beside them', url: '/meshes?size=%x&offset=x', status: 400 },
    { name: 'a bad format of what is absent', url: `${none}?format=x`, status: 404 },
    { name: 'a bad format of an absent overview', url: '/zones/none/_overview?format=x', status: 404 },
    { name: 'a bad size of pages of an absent policy', url: `${none}/_resources/dataplanes?size=x`, status: 400 },
    { name: 'a bad offset into them', url: `${none}/_resources/dataplanes?offset=x`, status: 404 },
  ])('$name: $status', async ({ url, status }) => {
    expect((await server.get(url)).statusCode).toBe(status);
  });
});

describe('paths', () => {
  const longName = 'a'.repeat(8_000);
  it.each([
    { name: 'an unknown one', url: '/nope', status: 404, body: '404: Page Not Found' },
    { name: 'another case', url: '/Meshes', status: 404, body: '404: Page Not Found' },
    { name: 'a slash in a name', url: '/meshes/a%2Fb', status: 404, body: '404: Page Not Found' },
    { name: 'a percent sign without digits', url: '/meshes/%', status: 400, body: '400: Bad Request' },
    { name: 'bytes that are no UTF-8', url: '/meshes/%ff', status: 400, body: '400: Bad Request' },
    { name: 'a very long name', url: `/meshes/${longName}`, status: 404, body: /Could not retrieve a resource/ },
    { name: 'a name of the prototype', url: '/meshes/__proto__', status: 404, body: /Could not retrieve a resource/ },
    { name: 'a name of NUL', url: '/meshes/%00', status: 404, body: /Could not retrieve a resource/ },
    { name: 'a slash at the end', url: '/meshes/default/', status: 200, body: /"default"/ },
    {
      name: 'an absolute one',
      url: 'http://localhost:80/meshes/default?format=universal',
      status: 200,
      body: /"default"/,
    },
    { name: 'an absolute one without path', url: 'http://localhost:80', status: 200, body: /tagline/ },
  ])('$name', async ({ url, status, body }) => {
    const answer = await server.get(url);
    expect(answer.statusCode).toBe(status);
    expect(answer.body).toMatch(body);
  });

  it('of a very long name is refused with its length on PUT', async () => {
    const answer = await server.put(`/meshes/${longName.slice(0, 1000)}`, {
      type: 'Mesh',
      name: longName.slice(0, 1000),
    });
    expect(answer.json()).toMatchObject({
      invalid_parameters: [{ field: 'name', reason: 'value length must less or equal 253' }],
    });
  });

  it('with empty and dotted segments are redirected within this server', async () => {
    const answer = await server.get('//evil.example/..//meshes/./default?size=1');
    expect([answer.statusCode, answer.headers.location]).toEqual([307, '/meshes/default?size=1']);
  });
});

describe('queries', () => {
  it.each([
    { name: 'the first of several values counts', query: 'size=1&size=x', next: /\?offset=1&size=1&size=x$/ },
    { name: 'a question mark in a value', query: 'size=1&name=a?b', total: 0 },
    { name: 'an escape that is none', query: 'size=1&x=%zz', next: /offset=1/ },
    { name: 'what Go escapes and what not', query: 'size=1&x=~*%20', next: /&x=~%2A\+$/ },
  ])('$name', async ({ query, next, total }) => {
    const page = (await server.get(`/meshes?${query}`)).json<{
      readonly total: number;
      readonly next: string | null;
    }>();
    if (total !== undefined) expect(page.total).toBe(total);
    if (next !== undefined) expect(page.next).toMatch(next);
  });

  it.each([
    { query: 'size=-1', field: 'size', reason: 'invalid page size of -1. Minimum page size is 0' },
    { query: 'offset=-1', field: 'offset', reason: 'must not be negative' },
    { query: 'size=0&offset=-1', field: 'offset', reason: 'must not be negative' },
    {
      query: 'size=9223372036854775807',
      field: 'size',
      reason: 'invalid page size of 9223372036854775807. Maximum page size is 1000',
    },
    { query: 'size=9223372036854775808', field: 'size', reason: 'invalid format' },
  ])('$query is refused', async ({ query, field, reason }) => {
    for (const list of ['/meshes', '/service-insights', '/mesh-insights', '/dataplanes']) {
      const answer = await server.get(`${list}?${query}`);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ invalid_parameters: [{ field, reason }] });
    }
  });
});

it('a server that is read-only refuses every write before it reads the body', async () => {
  const readOnly = await startServer({ KUMA_API_SERVER_READ_ONLY: 'true' });
  for (const answer of [await readOnly.put('/meshes/m', '{'), await readOnly.remove('/meshes/default')]) {
    expect(answer.statusCode).toBe(405);
    expect(answer.json()).toMatchObject({ title: 'Method not Allowed', detail: 'Method not allowed' });
  }
  const { policies } = (await readOnly.get('/policies')).json<{
    readonly policies: readonly { readOnly: boolean }[];
  }>();
  expect(new Set(policies.map((each) => each.readOnly))).toEqual(new Set([true]));
});
