import { describe, expect, it } from 'vitest';

import { route, startServer } from './fixture.js';

const path = '/meshes/default/meshtcproutes/r';
const body = route('r', { targetRef: { kind: 'Mesh' } });
const uuid = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

describe('the id of a request', () => {
  it.each([
    { name: 'is taken from the client', given: 'trace-1:a/b=', want: /^trace-1:a\/b=$/ },
    { name: 'is made anew without one', given: undefined, want: uuid },
    { name: 'is made anew when it is too long', given: 'a'.repeat(129), want: uuid },
    { name: 'is made anew when it could forge a log', given: 'a "b', want: uuid },
  ])('$name, and given back', async ({ given, want }) => {
    const { get } = await startServer();
    const headers = given === undefined ? {} : { 'x-request-id': given };
    for (const url of ['/meshes', '/nope', '/meshes/nope']) {
      expect((await get(url, headers)).headers['x-request-id']).toMatch(want);
    }
  });
});

it('every write that took place has one line, and nothing else has', async () => {
  const { put, get, remove, log } = await startServer();
  const id = { 'x-request-id': 'i' };
  await put(path, body, id);
  await put(path, body, id);
  await get(path);
  await put(path, { ...body, spec: {} });
  await put(path, body, { 'if-match': '"0"' });
  await remove(path, id);
  await remove(path);
  const common = {
    requestId: 'i',
    user: 'mesh-system:admin',
    groups: ['mesh-system:admin', 'mesh-system:authenticated'],
    type: 'MeshTCPRoute',
    mesh: 'default',
    name: 'r',
  };
  const [created = 0, updated = 0] = log.map(({ fields }) => Number(fields['revision']));
  expect(log).toEqual([
    { message: 'write', fields: { ...common, operation: 'create', before: undefined, revision: created } },
    { message: 'write', fields: { ...common, operation: 'update', before: created, revision: updated } },
    { message: 'write', fields: { ...common, operation: 'delete', before: updated, revision: expect.any(Number) } },
  ]);
});

it('a write by a user names the user and all groups', async () => {
  const { app, put, log } = await startServer();
  const { body: token } = await app.inject({
    method: 'POST',
    url: '/tokens/user',
    headers: { 'content-type': 'application/json', host: 'localhost' },
    payload: JSON.stringify({ name: 'ann', groups: ['ops', 'dev'], validFor: '1h' }),
  });
  await put(path, body, { authorization: `Bearer ${token}`, origin: 'https://gui.example' });
  expect(log.find(({ message }) => message === 'write')?.fields).toMatchObject({
    user: 'ann',
    groups: ['ops', 'dev', 'mesh-system:authenticated'],
    operation: 'create',
    name: 'r',
  });
});

it('a failure is answered without its cause, which is in the log', async () => {
  const { get, store, log } = await startServer();
  await store.close();
  const broken = await get('/meshes', { 'x-request-id': 'i' });
  expect(broken.json()).toMatchObject({ status: 503, title: 'Service Unavailable' });
  expect(log).toEqual([
    {
      message: 'request failed',
      fields: expect.objectContaining({ requestId: 'i', err: expect.objectContaining({ fault: 'closed' }) }),
    },
  ]);
});
