import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';

import { apply, isSameResource, orderPuts, readPuts } from './apply.js';
import { toPut, type SendableKind } from './to-put.js';

const kinds: readonly SendableKind[] = [
  { type: 'Mesh', path: 'meshes', scope: 'global', form: 'flat' },
  { type: 'Dataplane', path: 'dataplanes', scope: 'mesh', form: 'flat' },
  { type: 'Secret', path: 'secrets', scope: 'mesh', form: 'flat' },
];

const noInput = () => Promise.resolve('');

function makeFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'skein-apply-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

function openTerminal(input = '') {
  const printed: string[] = [];
  const complained: string[] = [];
  return {
    printed,
    complained,
    terminal: {
      env: {},
      home: '/home/me',
      isInteractive: false,
      print: (lines: string) => void printed.push(...lines.split('\n')),
      complain: (lines: string) => void complained.push(...lines.split('\n')),
      readInput: () => Promise.resolve(input),
      waitForSignal: () => new Promise<never>(() => undefined),
      onHangup: () => undefined,
      exit: () => undefined,
    },
  };
}

const doubts = {
  total: 2,
  items: [
    { code: 'zero-weight', field: 'spec.to[0]', message: 'all weights are 0' },
    { code: 'unknown-field', field: 'a', message: 'unknown field; it was left out' },
  ],
};

/** A server that keeps what it is sent; names that start with `bad` are refused, and `modificationTime` moves with every write. */
async function startServer() {
  const requests: string[] = [];
  const stored = new Map<string, object>();
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? '';
      requests.push(`${request.method} ${path}`);
      const answer = (status: number, value?: object): void => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(value === undefined ? '' : JSON.stringify(value));
      };
      const known = stored.get(path);
      if (path === '/meshes/m/dataplanes/doubted/_warnings') answer(200, doubts);
      else if (request.method === 'GET')
        answer(
          known === undefined ? 404 : 200,
          known ?? { title: 'Could not retrieve a resource', detail: 'Not found' },
        );
      else if (path.includes('/bad')) {
        const invalid_parameters = [
          { field: 'networking', reason: 'must be defined' },
          { field: '', reason: 'no field' },
        ];
        answer(400, { title: 'Could not process a resource', detail: 'Resource is not valid', invalid_parameters });
      } else {
        if (path.includes('/warned'))
          response.setHeader('warning', ['299 skein "a: unknown, \\"b\\"?"', '299 skein "c"']);
        if (path.includes('/doubted')) response.setHeader('link', `<${path}/_warnings>; rel="describedby"`);
        stored.set(path, { ...(JSON.parse(body) as object), modificationTime: String(requests.length) });
        answer(known === undefined ? 201 : 200);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, requests };
}

const dataplane = (name: string, ip = '10.0.0.1'): string =>
  `type: Dataplane\nmesh: m\nname: ${name}\nnetworking: { address: ${ip} }\n`;

describe('apply', () => {
  it('tells created, unchanged and configured', async () => {
    const { url, requests } = await startServer();
    const folder = makeFolder({ 'a.yaml': dataplane('a') });
    const { printed, complained, terminal } = openTerminal();
    const run = () => apply({ file: [folder], server: url }, kinds, terminal);
    expect([await run(), await run()]).toEqual([0, 0]);
    writeFileSync(join(folder, 'a.yaml'), dataplane('a', '10.0.0.2'));
    expect(await run()).toBe(0);
    expect(printed).toEqual(['Dataplane m/a created', 'Dataplane m/a unchanged', 'Dataplane m/a configured']);
    expect(complained).toEqual([]);
    expect(requests.slice(0, 5)).toEqual(
      ['GET', 'PUT', 'GET', 'PUT', 'GET'].map((method) => `${method} /meshes/m/dataplanes/a`),
    );
  });

  it('sends the documents of a folder in order of file names, meshes first', async () => {
    const { url } = await startServer();
    const folder = makeFolder({
      '20-b.json': JSON.stringify({ type: 'Dataplane', mesh: 'm', name: 'b' }),
      '10-a.yml': `${dataplane('a')}---\ntype: Mesh\nname: m\n`,
      'notes.txt': 'not: sent',
    });
    const { printed, terminal } = openTerminal();
    expect(await apply({ file: [folder], server: `${url}/` }, kinds, terminal)).toBe(0);
    expect(printed).toEqual(['Mesh m created', 'Dataplane m/a created', 'Dataplane m/b created']);
  });

  it('shows the warnings of the server', async () => {
    const { url } = await startServer();
    const { printed, complained, terminal } = openTerminal(dataplane('warned'));
    expect(await apply({ file: ['-'], server: url }, kinds, terminal)).toBe(0);
    expect(printed).toEqual(['Dataplane m/warned created']);
    expect(complained).toEqual(['Dataplane m/warned warning: a: unknown, "b"?', 'Dataplane m/warned warning: c']);
  });

  it.each([
    { name: 'doubted', shown: ['zero-weight at spec.to[0]: all weights are 0'] },
    {
      name: 'doubted-elsewhere',
      shown: ['GET /meshes/m/dataplanes/doubted-elsewhere/_warnings: Could not retrieve a resource (Not found)'],
    },
  ])('follows the link to further warnings, of which unknown fields are no news: $name', async ({ name, shown }) => {
    const { url } = await startServer();
    const { printed, complained, terminal } = openTerminal(dataplane(name));
    expect(await apply({ file: ['-'], server: url }, kinds, terminal)).toBe(0);
    expect(printed).toEqual([`Dataplane m/${name} created`]);
    expect(complained).toEqual(shown.map((text) => `Dataplane m/${name} warning: ${text}`));
  });

  it('shows why a document is refused, goes on with the others, and fails', async () => {
    const { url } = await startServer();
    const { printed, complained, terminal } = openTerminal(`${dataplane('bad')}---\n${dataplane('good')}`);
    expect(await apply({ file: ['-'], server: url }, kinds, terminal)).toBe(1);
    expect(complained).toEqual([
      'Dataplane m/bad not applied: Could not process a resource (Resource is not valid)',
      '  networking: must be defined',
      '  no field',
    ]);
    expect(printed).toEqual(['Dataplane m/good created']);
  });

  it('sends nothing when a document cannot be read', async () => {
    const { url, requests } = await startServer();
    const folder = makeFolder({ 'a.yaml': dataplane('a'), 'b.yaml': 'type: Dataplan\nname: b', 'c.yaml': 'a: [' });
    const { complained, terminal } = openTerminal();
    expect(await apply({ file: [folder], server: url }, kinds, terminal)).toBe(1);
    expect(requests).toEqual([]);
    expect(complained).toEqual([
      `${folder}/b.yaml:1: unknown type "Dataplan" (did you mean Dataplane?); known types: Dataplane, Mesh, Secret`,
      expect.stringContaining(`${folder}/c.yaml:1: `),
    ]);
  });

  it('a dry run sends nothing', async () => {
    const { url, requests } = await startServer();
    const { printed, terminal } = openTerminal(dataplane('a'));
    expect(await apply({ file: ['-'], server: url, dryRun: true }, kinds, terminal)).toBe(0);
    expect(requests).toEqual([]);
    expect(printed).toEqual(['Dataplane m/a would be sent: PUT /meshes/m/dataplanes/a']);
  });

  it('gives up when there is no answer', async () => {
    const { complained, terminal } = openTerminal(`${dataplane('a')}---\n${dataplane('b')}`);
    // port 1 is nobody's
    expect(await apply({ file: ['-'], server: 'http://127.0.0.1:1' }, kinds, terminal)).toBe(1);
    expect(complained).toEqual([
      expect.stringMatching(
        /^Dataplane m\/a not applied: no answer from http:\/\/127\.0\.0\.1:1: .+; --server names another$/,
      ),
    ]);
  });
});

describe('readPuts', () => {
  it.each([
    { name: 'a file that is not there', path: '/nowhere/a.yaml', error: /^cannot be read: ENOENT.*\/nowhere\/a\.yaml/ },
    { name: 'an empty input', path: '-', error: /^no documents in -$/ },
  ])('refuses $name', async ({ path, error }) => {
    expect(await readPuts([path], kinds, noInput)).toEqual({ ok: false, error: [expect.stringMatching(error)] });
  });

  it('refuses a folder without documents', async () => {
    const folder = makeFolder({ 'notes.txt': '' });
    expect(await readPuts([folder], kinds, noInput)).toEqual({
      ok: false,
      error: [`${folder}: no *.yaml, *.yml or *.json in this folder`],
    });
  });
});

it('orderPuts puts secrets and meshes first, and keeps the order otherwise', () => {
  const puts = [
    { type: 'Dataplane', name: 'a' },
    { type: 'Mesh', name: 'b' },
    { type: 'Dataplane', name: 'c' },
    { type: 'Mesh', name: 'd' },
    { type: 'Secret', name: 'e' },
  ].map((document) => {
    const put = toPut(document, kinds);
    if (!put.ok) throw new Error(put.error);
    return put.value;
  });
  expect(orderPuts(puts).map(({ label }) => label)).toEqual([
    'Secret default/e',
    'Mesh b',
    'Mesh d',
    'Dataplane default/a',
    'Dataplane default/c',
  ]);
});

describe('isSameResource', () => {
  it.each([
    {
      name: 'another modification time',
      a: { name: 'a', modificationTime: '1' },
      b: { name: 'a', modificationTime: '2' },
      same: true,
    },
    {
      name: 'another order',
      a: { name: 'a', spec: { x: 1, y: 2 } },
      b: { spec: { y: 2, x: 1 }, name: 'a' },
      same: true,
    },
    { name: 'another value', a: { spec: { x: 1 } }, b: { spec: { x: 2 } }, same: false },
    { name: 'another creation time', a: { creationTime: '1' }, b: { creationTime: '2' }, same: false },
  ])('$name', ({ a, b, same }) => {
    expect(isSameResource(JSON.stringify(a), JSON.stringify(b))).toBe(same);
  });
});
