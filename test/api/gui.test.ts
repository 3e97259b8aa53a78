import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startServer, type TestServer } from './fixture.js';

/** A bundle of no more than what is looked at. */
const files = {
  'index.html':
    '<base href="{{.BaseGuiPath}}/"><script type="application/json" id="kuma-config">{{.}}</script>{{ no slot }}',
  'robots.txt': 'User-agent: *',
  'assets/index-0a1b2c3d.js': 'export {};',
  'assets/logo.svg': '<svg/>',
  '.hidden': 'not part of it',
};

let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skein-gui-'));
  mkdirSync(join(folder, 'gui/assets'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'gui', name), text);
  writeFileSync(join(folder, 'secret.txt'), 'outside of the bundle');
  server = await startServer({ SKEIN_API_SERVER_GUI_PATH: join(folder, 'gui') }, false);
  await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const startWith = (env: Readonly<Record<string, string>>) =>
  startServer({ SKEIN_API_SERVER_GUI_PATH: join(folder, 'gui'), ...env });

const configIn = (page: string): unknown => JSON.parse(/kuma-config">(.*)<\/script>/.exec(page)?.[1] ?? '');

/** Status of the answer to a path that no client cleans before it is sent. */
const statusAsSent = (path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = server.app.server.address() as AddressInfo;
    get({ port, path }, (answer) => {
      resolve(answer.resume().statusCode);
    }).on('error', reject);
  });

describe('the page of the GUI', () => {
  const page =
    '<base href="/gui/"><script type="application/json" id="kuma-config">{"apiUrl":"/","baseGuiPath":"/gui",' +
    '"version":"2.5.11-skein","product":"Kuma","mode":"standalone","environment":"universal","storeType":"sqlite",' +
    '"apiReadOnly":false}</script>{{ no slot }}';

  it.each([
    { name: 'the root', path: '/gui/' },
    { name: 'a page of the GUI', path: '/gui/meshes/default/data-planes/web-1/overview?page=1' },
    { name: 'one with a slash at its end', path: '/gui/meshes/' },
    { name: 'a folder', path: '/gui/assets' },
    { name: 'a folder with its slash', path: '/gui/assets/' },
    { name: 'a file that is none', path: '/gui/assets/nope.js' },
    { name: 'a hidden file', path: '/gui/.hidden' },
  ])('is the answer to $name', async ({ path }) => {
    const answer = await server.get(path);
    expect([answer.statusCode, answer.body]).toEqual([200, page]);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': expect.stringMatching(/^default-src 'self'; .*frame-ancestors 'none'$/) as string,
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    { path: '/gui', status: 307, location: '/gui/' },
    { path: '/gui/index.html', status: 301, location: './' },
  ])('is where $path leads', async ({ path, status, location }) => {
    const answer = await server.get(path);
    expect([answer.statusCode, answer.headers.location]).toEqual([status, location]);
  });

  it('is not sent again to who has it', async () => {
    const { etag } = (await server.get('/gui/')).headers;
    const again = await server.get('/gui/meshes', { 'if-none-match': `"other", ${String(etag)}` });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });
});

describe('a file of the GUI', () => {
  it.each([
    {
      path: '/gui/assets/index-0a1b2c3d.js',
      type: 'application/javascript; charset=utf-8',
      cache: 'public, max-age=31536000, immutable',
    },
    { path: '/gui/assets/logo.svg', type: 'image/svg+xml', cache: 'no-cache' },
    { path: '/gui/robots.txt', type: 'text/plain; charset=utf-8', cache: 'no-cache' },
  ])('$path, whatever the client accepts', async ({ path, type, cache }) => {
    const answer = await server.get(path, { accept: 'image/*' });
    expect([answer.statusCode, answer.body]).toEqual([200, files[path.slice(5) as keyof typeof files]]);
    expect(answer.headers).toMatchObject({
      'content-type': type,
      'cache-control': cache,
      'x-content-type-options': 'nosniff',
    });
    const head = await server.app.inject({ method: 'HEAD', url: path });
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', String(answer.body.length)]);
    const again = await server.get(path, { 'if-none-match': String(answer.headers.etag) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });

  it.each(['PUT', 'POST', 'DELETE', 'OPTIONS'] as const)('is not for %s', async (method) => {
    const answer = await server.app.inject({ method, url: '/gui/robots.txt' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it.each([
    { path: '/gui/../secret.txt', status: 307 },
    { path: '/gui//etc/passwd', status: 307 },
    { path: '/gui/%2e%2e/secret.txt', status: 400 },
    { path: '/gui/assets/%2e%2e/%2e%2e/secret.txt', status: 400 },
    { path: '/gui/..%2fsecret.txt', status: 404 },
    { path: '/gui/..%5csecret.txt', status: 400 },
    { path: '/gui/robots.txt%00.js', status: 400 },
    { path: '/gui/%ff', status: 400 },
  ])('is not $path', async ({ path, status }) => {
    expect(await statusAsSent(path)).toBe(status);
  });

  it('is for everybody, also where the API is for nobody', async () => {
    const closed = await startWith({ SKEIN_API_SERVER_ANONYMOUS_ACCESS: 'none' });
    const from = { remoteAddress: '192.0.2.1', headers: { authorization: 'Bearer none' } };
    const statusOf = async (url: string) => (await closed.app.inject({ url, ...from })).statusCode;
    expect([await statusOf('/gui/'), await statusOf('/gui/robots.txt'), await statusOf('/meshes')]).toEqual([
      200, 200, 401,
    ]);
    const remote = await closed.app.inject({ url: '/gui/robots.txt', remoteAddress: '192.0.2.1' });
    expect(remote.statusCode).toBe(200);
  });
});

describe('the settings of the GUI', () => {
  it.each([
    {
      name: 'another path',
      env: { KUMA_API_SERVER_GUI_BASE_PATH: '/ui/', KUMA_API_SERVER_READ_ONLY: 'true' },
      path: '/ui/meshes',
      told: { apiUrl: '/', baseGuiPath: '/ui', apiReadOnly: true },
      address: '/ui/',
    },
    {
      name: 'behind a proxy',
      env: {
        KUMA_API_SERVER_ROOT_URL: 'https://api.example.com/kuma?a=1&b=2',
        KUMA_API_SERVER_GUI_ROOT_URL: 'https://example.com:8443/tools&more/gui/',
      },
      path: '/gui/meshes',
      told: { apiUrl: 'https://api.example.com/kuma?a=1&b=2', baseGuiPath: '/tools&more/gui' },
      address: 'https://example.com:8443/tools&more/gui/',
    },
  ])('$name', async ({ env, path, told, address }) => {
    const other = await startWith(env);
    const { body, headers } = await other.get(path);
    expect(configIn(body)).toMatchObject(told);
    expect(body).toContain(`<base href="${told.baseGuiPath.replace('&', '&amp;')}/">`);
    expect(String(headers['content-security-policy'])).toContain(
      told.apiUrl === '/' ? "connect-src 'self';" : "connect-src 'self' https://api.example.com;",
    );
    expect((await other.get('/')).json()).toMatchObject({ gui: address });
    expect((await other.get('/gui')).statusCode).toBe(path.startsWith('/gui') ? 307 : 404);
  });

  it('it is nowhere when it is not enabled, and nobody says so', async () => {
    const other = await startWith({ KUMA_API_SERVER_GUI_ENABLED: 'false' });
    expect((await other.get('/gui/')).statusCode).toBe(404);
    expect((await other.get('/')).json()).not.toHaveProperty('gui');
  });

  it.each([
    {
      name: 'a folder without it',
      env: { SKEIN_API_SERVER_GUI_PATH: '/nope' },
      error: /apiServer.gui.path: \/nope is/,
    },
    { name: 'a path of the API', env: { KUMA_API_SERVER_GUI_BASE_PATH: '/meshes/x' }, error: /begin with \/meshes/ },
    { name: 'the root', env: { KUMA_API_SERVER_GUI_BASE_PATH: '/' }, error: /gui.basePath: must be a path like/ },
    { name: 'a path with dots', env: { KUMA_API_SERVER_GUI_BASE_PATH: '/a/../b' }, error: /gui.basePath: must be/ },
    {
      name: 'a host that is none',
      env: { KUMA_API_SERVER_ROOT_URL: 'https://[' },
      error: /rootUrl: is "https:\/\/\["/,
    },
    { name: 'no URL', env: { KUMA_API_SERVER_GUI_ROOT_URL: 'javascript:x' }, error: /gui.rootUrl: must be a URL/ },
  ])('refuse $name at the start', async ({ env, error }) => {
    await expect(startWith(env)).rejects.toThrow(error);
  });
});

it('has no GUI without a bundle', async () => {
  const other = await startServer();
  expect((await other.get('/gui/')).statusCode).toBe(404);
});
