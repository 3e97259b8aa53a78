import { describe, expect, it } from 'vitest';

import { startServer, type TestServer } from './fixture.js';

const mesh = { type: 'Mesh', name: 'm' };
const local = { host: 'localhost:5681' };

/** Sends a PUT of a mesh from an address, as injected requests come from 127.0.0.1. */
const putFrom = (
  { app }: TestServer,
  { peer = '127.0.0.1', ...headers }: Readonly<Record<string, string>>,
): Promise<number> =>
  app
    .inject({
      method: 'PUT',
      url: '/meshes/m',
      remoteAddress: peer,
      headers: { 'content-type': 'application/json', ...local, ...headers },
      payload: JSON.stringify(mesh),
    })
    .then(({ statusCode }) => statusCode);

describe('a client is an administrator', () => {
  it.each([
    { name: 'on this host', headers: {}, status: 201 },
    { name: 'over IPv6', headers: { peer: '::1', host: '[::1]:5681' }, status: 201 },
    { name: 'over IPv6 with an IPv4 address', headers: { peer: '::ffff:127.0.0.1', host: '127.0.0.1' }, status: 201 },
    { name: 'not with an Origin', headers: { origin: 'http://localhost:5681' }, status: 403 },
    { name: 'not with an Origin without a name', headers: { origin: 'null' }, status: 403 },
    { name: 'not under a foreign Host', headers: { host: 'evil.example' }, status: 403 },
    { name: 'not under a Host that begins like a local one', headers: { host: 'localhost.evil.example' }, status: 403 },
    { name: 'not from another loopback address', headers: { peer: '127.0.0.2' }, status: 403 },
    { name: 'not from another host', headers: { peer: '192.0.2.1' }, status: 403 },
    {
      name: 'not because a proxy says that it is local',
      headers: { peer: '192.0.2.1', 'x-forwarded-for': '127.0.0.1', forwarded: 'for=127.0.0.1' },
      status: 403,
    },
  ])('$name', async ({ headers, status }) => {
    expect(await putFrom(await startServer(), headers)).toBe(status);
  });

  it('nowhere when the setting says so', async () => {
    expect(await putFrom(await startServer({ KUMA_API_SERVER_AUTHN_LOCALHOST_IS_ADMIN: 'false' }), {})).toBe(403);
  });
});

describe('anonymous clients', () => {
  it.each([
    { access: 'none', read: 403, write: 403 },
    { access: 'read', read: 200, write: 403 },
    { access: 'write', read: 200, write: 201 },
  ])('may $access', async ({ access, read, write }) => {
    const server = await startServer({ SKEIN_API_SERVER_ANONYMOUS_ACCESS: access });
    const peer = { remoteAddress: '192.0.2.1' };
    expect((await server.app.inject({ url: '/meshes', ...peer })).statusCode).toBe(read);
    expect(await putFrom(server, { peer: '192.0.2.1' })).toBe(write);
    const removed = await server.app.inject({ method: 'DELETE', url: '/meshes/default', ...peer });
    expect(removed.statusCode).toBe(write === 201 ? 200 : 403);
  });

  it('are told who they are, and what is missing', async () => {
    const { app } = await startServer();
    const remote = { remoteAddress: '192.0.2.1' };
    expect((await app.inject({ url: '/who-am-i', ...remote })).json()).toEqual({
      name: 'mesh-system:anonymous',
      groups: ['mesh-system:unauthenticated'],
    });
    expect((await app.inject({ method: 'DELETE', url: '/meshes/default', ...remote })).json()).toMatchObject({
      status: 403,
      title: 'Access Denied',
      detail: expect.stringContaining('user "mesh-system:anonymous/mesh-system:unauthenticated" cannot write'),
    });
    expect((await app.inject({ url: '/who-am-i', headers: local })).json()).toMatchObject({
      name: 'mesh-system:admin',
    });
  });
});

describe('pages of other origins', () => {
  const allow = 'https://gui.example.com,https://.*\\.pages\\.example';
  const preflight = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type' };

  it.each([
    { name: 'an origin in the list', origin: 'https://gui.example.com', allowed: true },
    { name: 'in another case', origin: 'HTTPS://GUI.example.com', allowed: true },
    { name: 'one that a pattern matches', origin: 'https://a.pages.example', allowed: true },
    { name: 'an origin whose dots are no wildcards', origin: 'https://gui-example.com', allowed: false },
    {
      name: 'one that only contains what a pattern matches',
      origin: 'https://a.pages.example.evil.net',
      allowed: false,
    },
    { name: 'none in the list', origin: 'https://evil.example', allowed: false },
  ])('$name', async ({ origin, allowed }) => {
    const { app } = await startServer({ KUMA_API_SERVER_CORS_ALLOWED_DOMAINS: allow });
    const read = await app.inject({ url: '/meshes', headers: { ...local, origin } });
    expect(read.headers['access-control-allow-origin']).toBe(allowed ? origin : undefined);
    const asked = await app.inject({
      method: 'OPTIONS',
      url: '/meshes/m',
      headers: { ...local, origin, ...preflight },
    });
    expect(asked.statusCode).toBe(allowed ? 200 : 405);
    expect(asked.headers['access-control-allow-origin']).toBe(allowed ? origin : undefined);
    expect(asked.headers['access-control-allow-methods']).toBe(allowed ? 'PUT,DELETE,GET' : undefined);
    expect(String(asked.headers['access-control-allow-headers'])).toMatch(allowed ? /Content-Type/ : /undefined/);
  });

  it('may not call at all by default, and never a path that is none', async () => {
    const closed = await startServer();
    const origin = 'https://gui.example.com';
    const read = await closed.app.inject({ url: '/meshes', headers: { ...local, origin } });
    expect([read.statusCode, read.headers['access-control-allow-origin']]).toEqual([200, undefined]);
    const open = await startServer({ KUMA_API_SERVER_CORS_ALLOWED_DOMAINS: '.*' });
    const asked = await open.app.inject({
      method: 'OPTIONS',
      url: '/nope',
      headers: { ...local, origin, ...preflight },
    });
    expect(asked.statusCode).toBe(404);
  });

  it('that are allowed are still no administrators', async () => {
    const server = await startServer({ KUMA_API_SERVER_CORS_ALLOWED_DOMAINS: '.*' });
    expect(await putFrom(server, { origin: 'https://gui.example.com' })).toBe(403);
  });
});
