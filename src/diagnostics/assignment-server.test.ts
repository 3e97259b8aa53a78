import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startAssignmentServer, type AssignmentServer } from './assignment-server.js';

let version = '1';
let server: AssignmentServer;
beforeAll(async () => {
  server = await startAssignmentServer({
    host: '127.0.0.1',
    port: 0,
    read: () => ({ version, text: JSON.stringify({ version_info: version }) }),
    fetchTimeout: 60_000,
    refreshInterval: 1,
  });
});
afterAll(() => server.close());
beforeEach(() => {
  version = '1';
});

const path = '/v3/discovery:monitoringassignments';

async function ask(body: string, query = '', init: RequestInit = {}) {
  const headers = { 'content-type': 'application/json' };
  const url = `http://127.0.0.1:${server.port}${path}${query}`;
  const answer = await fetch(url, { method: 'POST', headers, body, ...init });
  return [answer.status, await answer.text()] as const;
}

const all = '{"version_info":"1"}';

describe('the discovery of Prometheus', () => {
  it.each([
    { name: 'who has nothing', body: '{"node":{"id":"p"}}', answer: [200, all] },
    { name: 'who has another version', body: '{"version_info":"0"}', answer: [200, all] },
    { name: 'who has this one and does not wait', body: all, query: '?fetch-timeout=0s', answer: [304, ''] },
    {
      name: 'the same in the other spelling',
      body: '{"versionInfo":"1"}',
      query: '?fetch-timeout=0s',
      answer: [304, ''],
    },
    { name: 'who waits in vain', body: all, query: '?fetch-timeout=1ms', answer: [304, ''] },
  ])('answers $name', async ({ body, query, answer }) => {
    expect(await ask(body, query)).toEqual(answer);
  });

  it('tells who waits what is new, and not that something changed which it does not tell', async () => {
    const waiting = ask(all);
    // a request that is answered after it: the first one waits
    expect(await ask(all, '?fetch-timeout=20ms')).toEqual([304, '']);
    server.onChange();
    expect(await ask(all, '?fetch-timeout=20ms')).toEqual([304, '']);
    version = '2';
    server.onChange();
    expect(await waiting).toEqual([200, '{"version_info":"2"}']);
  });

  it.each([
    { name: 'no JSON', body: '{', error: /parse request body/ },
    { name: 'null', body: 'null', error: /parse request body/ },
    { name: 'a version that is no text', body: '{"version_info":1}', error: /parse request body/ },
    { name: 'a time that is none', body: '{}', query: '?fetch-timeout=soon', error: /parse fetch-timeout/ },
  ])('refuses $name', async ({ body, query, error }) => {
    const [status, text] = await ask(body, query);
    expect(status).toBe(400);
    expect(text).toMatch(error);
  });

  it.each([
    { name: 'another path', init: {}, path: '/nope', status: 404 },
    { name: 'another method', init: { method: 'PUT' }, path, status: 405 },
    { name: 'no JSON', init: { headers: { 'content-type': 'text/plain' } }, path, status: 415 },
  ])('refuses $name', async (each) => {
    const url = `http://127.0.0.1:${server.port}${each.path}`;
    const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' }, ...each.init };
    expect((await fetch(url, init)).status).toBe(each.status);
  });

  it('cuts off a body without end', async () => {
    await expect(ask(' '.repeat(100_000))).rejects.toThrow();
  });
});
