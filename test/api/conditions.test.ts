import { describe, expect, it } from 'vitest';

import { dataplane, route, startServer } from './fixture.js';

const path = '/meshes/default/meshtcproutes/r';
const body = route('r', { targetRef: { kind: 'Mesh' } });

describe('entity tags', () => {
  it('name the last write of the resource, on reads and on the answers to PUT', async () => {
    const { put, get } = await startServer();
    const created = (await put(path, body)).headers.etag;
    expect(created).toMatch(/^"[0-9]+"$/);
    expect((await get(path)).headers.etag).toBe(created);
    expect((await get(`${path}?format=kubernetes`)).headers.etag).toBe(created);
    await put('/meshes/default/dataplanes/d', dataplane('d', 's'));
    expect((await get(path)).headers.etag).toBe(created);
    const updated = (await put(path, body)).headers.etag;
    expect(updated).not.toBe(created);
    expect((await get(path)).headers.etag).toBe(updated);
  });

  it('spare a client what it knows', async () => {
    const { put, get } = await startServer();
    const tag = String((await put(path, body)).headers.etag);
    const known = await get(path, { 'if-none-match': `"0", W/${tag}` });
    expect([known.statusCode, known.body, known.headers.etag]).toEqual([304, '', tag]);
    expect((await get(path, { 'if-none-match': '"0"' })).statusCode).toBe(200);
  });
});

/** `TAG` stands for the current tag of the resource. */
const conditions = [
  { name: 'If-Match with the tag', headers: { 'if-match': 'TAG' }, holds: { present: true, absent: false } },
  { name: 'If-Match with another tag', headers: { 'if-match': '"0"' }, holds: { present: false, absent: false } },
  { name: 'If-Match with a list', headers: { 'if-match': '"0" ,TAG' }, holds: { present: true, absent: false } },
  { name: 'If-Match with a weak tag', headers: { 'if-match': 'W/TAG' }, holds: { present: false, absent: false } },
  { name: 'If-Match without quotes', headers: { 'if-match': '0' }, holds: { present: false, absent: false } },
  { name: 'If-Match: *', headers: { 'if-match': ' * ' }, holds: { present: true, absent: false } },
  { name: 'If-None-Match: *', headers: { 'if-none-match': '*' }, holds: { present: false, absent: true } },
  { name: 'If-None-Match with the tag', headers: { 'if-none-match': 'TAG' }, holds: { present: false, absent: true } },
  {
    name: 'If-None-Match with the weak tag',
    headers: { 'if-none-match': '"0",W/TAG' },
    holds: { present: false, absent: true },
  },
  {
    name: 'If-None-Match with another tag',
    headers: { 'if-none-match': '"0"' },
    holds: { present: true, absent: true },
  },
  {
    name: 'both, of which one does not hold',
    headers: { 'if-match': 'TAG', 'if-none-match': '*' },
    holds: { present: false, absent: false },
  },
];

describe.each(conditions)('$name', ({ headers, holds }) => {
  const withTag = (tag: string) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('TAG', tag)]));

  it(`on a resource that exists ${holds.present ? 'holds' : 'gives 412'}`, async () => {
    const { put, get, remove } = await startServer();
    const tag = String((await put(path, body)).headers.etag);
    const answer = await put(path, body, withTag(tag));
    expect(answer.statusCode).toBe(holds.present ? 200 : 412);
    const current = String((await get(path)).headers.etag);
    expect(current === tag).toBe(!holds.present);
    expect((await remove(path, withTag(current))).statusCode).toBe(holds.present ? 200 : 412);
  });

  it(`on one that does not exist ${holds.absent ? 'holds' : 'gives 412'}`, async () => {
    const { put, get, remove } = await startServer();
    expect((await remove(path, withTag('"1"'))).statusCode).toBe(holds.absent ? 404 : 412);
    expect((await put(path, body, withTag('"1"'))).statusCode).toBe(holds.absent ? 201 : 412);
    expect((await get(path)).statusCode).toBe(holds.absent ? 200 : 404);
  });
});

it('a failed condition is told in a problem document', async () => {
  const { put } = await startServer();
  const tag = String((await put(path, body)).headers.etag);
  const detail = `If-None-Match does not hold: the resource exists with ETag ${tag}; read it again`;
  expect((await put(path, body, { 'if-none-match': '*' })).json()).toEqual({
    type: '/std-errors',
    status: 412,
    title: 'Precondition Failed',
    detail,
    details: detail,
  });
});

it('what is wrong with the body is told before a condition that does not hold', async () => {
  const { put } = await startServer();
  expect((await put(path, { ...body, spec: {} }, { 'if-match': '"0"' })).statusCode).toBe(400);
});
