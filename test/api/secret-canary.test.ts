import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { startServer, type TestServer } from './fixture.js';

const canary = `canary-${randomBytes(12).toString('hex')}`;
const key = randomBytes(32).toString('base64');

/** Every form in which it could turn up: base64 depends on what stands before it. */
const traces = [
  canary,
  ...['', 'a', 'ab'].map((before) => Buffer.from(`${before}${canary}`).toString('base64').slice(4, -4)),
  Buffer.from(canary).toString('hex'),
  key,
];

const find = (text: string): readonly string[] => traces.filter((trace) => text.includes(trace));

const secrets = [
  { url: '/meshes/default/secrets/s', body: { type: 'Secret', mesh: 'default', name: 's' } },
  { url: '/meshes/ghost/secrets/s', body: { type: 'Secret', mesh: 'ghost', name: 's' } },
  { url: '/global-secrets/s', body: { type: 'GlobalSecret', name: 's' } },
];
const data = Buffer.from(canary).toString('base64');

/** Works on the secrets in all ways there are, those that fail too. */
async function useSecrets(server: TestServer): Promise<readonly string[]> {
  const answers = [];
  for (const { url, body } of secrets) {
    answers.push(await server.put(url, { ...body, data }));
    answers.push(await server.put(url, { ...body, data, [canary]: 1 }, { 'if-match': '"0"' }));
    answers.push(await server.put(url, { ...body, data: `${data}!` }));
    answers.push(await server.put(url, { ...body, name: 'other', data }));
    answers.push(await server.put(url, `${JSON.stringify({ ...body, data })}}`));
    answers.push(await server.put(url, { ...body, data }, { 'content-type': 'text/plain' }));
    answers.push(await server.put(url, { ...body, data }, { origin: 'https://elsewhere.example' }));
    answers.push(await server.put(`${url}-2`, { ...body, name: 's-2', data }));
    answers.push(await server.remove(`${url}-2`));
    answers.push(await server.put(`${url}?strict=true`, { ...body, data, other: data }));
  }
  const conf = { cert: { secret: 's' }, key: { secret: 's' } };
  const mtls = { backends: [{ name: 'ca', type: 'provided', conf }] };
  answers.push(await server.put('/meshes/default', { type: 'Mesh', name: 'default', mtls }));
  return answers.map(({ body, headers }) => `${JSON.stringify(headers)}${body}`);
}

/** Everything that can be read, by path. */
async function readAll(server: TestServer): Promise<readonly { readonly url: string; readonly text: string }[]> {
  return Promise.all(readPaths(server).map(async (url) => ({ url, text: (await server.get(url)).body })));
}

/** All paths that can be read. */
function readPaths({ app }: TestServer): readonly string[] {
  const { paths = {} } = app.swagger();
  return Object.entries(paths)
    .filter(([, operations]) => operations !== undefined && 'get' in operations)
    .map(([path]) => path.replace('{mesh}', 'default').replaceAll(/\{[a-z]+\}/g, 's'));
}

describe('a secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-canary-'));
  const answered: { refusals: readonly string[]; pages: Awaited<ReturnType<typeof readAll>> } = {
    refusals: [],
    pages: [],
  };
  let server: TestServer;
  let files = '';
  let metrics = '';

  beforeAll(async () => {
    server = await startServer(
      {
        SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
        SKEIN_STORE_SECRETS_KEYS: key,
        SKEIN_API_SERVER_ANONYMOUS_ACCESS: 'write',
      },
      false,
    );
    answered.refusals = await useSecrets(server);
    answered.pages = await readAll(server);
    metrics = await server.metrics.render();
    // with the write-ahead log, before it is moved into the file
    files = readFolder(folder);
    await server.close();
    files += readFolder(folder);
    rmSync(folder, { recursive: true });
  });

  const readFolder = (path: string): string =>
    readdirSync(path)
      .map((name) => readFileSync(join(path, name), 'latin1'))
      .join('\n');

  it('is shown by its own paths', () => {
    const shown = answered.pages.filter(({ text }) => find(text).length > 0).map(({ url }) => url);
    expect(shown.sort()).toEqual([
      '/global-secrets',
      '/global-secrets/s',
      '/meshes/default/secrets',
      '/meshes/default/secrets/s',
      '/secrets',
    ]);
    expect(answered.pages.length).toBeGreaterThan(60);
  });

  it('is in no answer to a write', () => {
    expect(answered.refusals.filter((text) => find(text).length > 0)).toEqual([]);
    expect(answered.refusals).toHaveLength(31);
  });

  it('is in no file of the store, no line of the log and no metric', () => {
    expect(files).toContain('"keyId"');
    expect(find(files)).toEqual([]);
    expect(server.log.length).toBeGreaterThan(5);
    expect(find(server.log.map((line) => JSON.stringify(line)).join('\n'))).toEqual([]);
    expect(find(metrics)).toEqual([]);
  });
});

describe('what the server makes and is sent', () => {
  let server: TestServer;
  let answers: readonly { readonly url: string; readonly text: string }[] = [];
  let files = '';
  let metrics = '';
  /** What must turn up nowhere: by name, a part that is nowhere else. */
  const hidden = new Map<string, string>();

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-canary-'));
    server = await startServer(
      {
        KUMA_GENERAL_WORK_DIR: folder,
        SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
        KUMA_API_SERVER_HTTPS_ENABLED: 'true',
      },
      false,
    );
    const mtls = { enabledBackend: 'ca', backends: [{ name: 'ca', type: 'builtin' }] };
    await server.put('/meshes/default', { type: 'Mesh', name: 'default', mtls });
    for (const list of ['/secrets', '/global-secrets']) {
      const { items } = (await server.get(list)).json<{ items: readonly { name: string; data: string }[] }>();
      for (const { name, data } of items) {
        const text = Buffer.from(data, 'base64').toString();
        // the end of a token is its signature, that of a PEM is part of the key
        if (!name.includes('cert')) hidden.set(name, text.replaceAll(/-----.*|\s/g, '').slice(-60));
      }
    }
    const tlsKey = readFileSync(join(folder, 'tls/server.key'), 'utf8');
    hidden.set('tls', tlsKey.replaceAll(/-----.*|\s/g, '').slice(-60));
    const headers = {
      host: 'localhost:5681',
      authorization: `Bearer ${canary}`,
      cookie: `token=${canary}`,
      'x-api-key': canary,
      'if-match': `"${canary}"`,
    };
    const remote = { remoteAddress: '192.0.2.1' };
    const asked = readPaths(server).flatMap((url) => [
      { url, headers: { host: 'localhost:5681' } },
      { url, headers },
      { url, headers, ...remote },
    ]);
    answers = await Promise.all(
      asked.map(async (request) => {
        const answer = await server.app.inject(request);
        return { url: request.url, text: `${JSON.stringify(answer.headers)}${answer.body}` };
      }),
    );
    const put = { method: 'PUT', url: '/meshes/m', payload: '{"type":"Mesh","name":"m"}' } as const;
    const json = { ...headers, 'content-type': 'application/json' };
    await server.app.inject({ ...put, headers: json });
    await server.app.inject({ ...put, headers: json, ...remote });
    const issued = await server.app.inject({
      method: 'POST',
      url: '/tokens/user',
      headers: json,
      payload: '{"name":"u","validFor":"1h"}',
    });
    hidden.set('an issued token', issued.body.slice(-60));
    await server.app.inject({ url: '/who-am-i', headers: { authorization: `Bearer ${issued.body}` }, ...remote });
    files = readdirSync(folder)
      .filter((name) => name.startsWith('skein.db'))
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('\n');
    metrics = await server.metrics.render();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tracesOf = (text: string): readonly string[] =>
    [...hidden].filter(([, trace]) => text.includes(trace)).map(([name]) => name);

  it('is told by the secrets alone', () => {
    expect([...hidden.keys()]).toEqual(
      expect.arrayContaining([
        'admin-user-token',
        'user-token-signing-key-1',
        'dataplane-token-signing-key-default-1',
        'default.ca-builtin-key-ca',
        'tls',
        'an issued token',
      ]),
    );
    const leaks = answers.filter(({ url, text }) => !url.includes('secrets') && tracesOf(text).length > 0);
    expect(leaks.map(({ url }) => url)).toEqual([]);
    expect(answers.length).toBeGreaterThan(600);
  });

  it('is in no line of the log, no metric and no file of the store', () => {
    const log = JSON.stringify(server.log);
    expect(log).toContain('refused a token');
    expect(log).toContain('issued a token');
    for (const text of [log, metrics, files]) expect(tracesOf(text)).toEqual([]);
  });

  it('nor is what clients put into headers, but for the id of a request', () => {
    for (const text of [JSON.stringify(server.log), metrics, files]) expect(find(text)).toEqual([]);
    expect(answers.filter(({ text }) => find(text).length > 0)).toEqual([]);
  });
});

describe('a store whose key is', () => {
  async function fill(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
    const folder = mkdtempSync(join(tmpdir(), 'skein-keyed-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const settings = {
      SKEIN_STORE_SQLITE_PATH: join(folder, 'skein.db'),
      SKEIN_STORE_SECRETS_KEY_FILE: join(folder, 'secrets.key'),
      ...env,
    };
    await (await startServer(settings, false)).close();
    return settings;
  }

  it.each([
    {
      name: 'wrong',
      change: () => ({ SKEIN_STORE_SECRETS_KEYS: randomBytes(32).toString('base64') }),
      message:
        /^the (Secret|GlobalSecret) "[^"]+".* is encrypted with the key [0-9a-f]{12}, which is not in the setting store\.secrets\.keys: give the right key/,
    },
    {
      name: 'missing',
      change: (settings: Readonly<Record<string, string>>) => {
        rmSync(settings['SKEIN_STORE_SECRETS_KEY_FILE'] ?? '');
        return {};
      },
      message: /secrets\.key is missing, and with it the key of the secrets in the store: put the file back/,
    },
  ])('$name is not opened', async ({ change, message }) => {
    const settings = await fill({});
    await expect(startServer({ ...settings, ...change(settings) }, false)).rejects.toThrow(message);
  });

  it('among others is opened', async () => {
    const settings = await fill({ SKEIN_STORE_SECRETS_KEYS: key });
    const more = { SKEIN_STORE_SECRETS_KEYS: `${randomBytes(32).toString('base64')},${key}` };
    const server = await startServer({ ...settings, ...more });
    expect((await server.get('/global-secrets')).json()).toMatchObject({ total: 6 });
  });
});
