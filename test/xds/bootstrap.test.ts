import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';

import { startTestSkein, type StartedSkein } from '../start-skein.js';

let started: StartedSkein;
beforeAll(async () => {
  started = await startTestSkein({ KUMA_BOOTSTRAP_SERVER_PARAMS_ADMIN_PORT: '1234' });
});
afterAll(() => started.close());

const ask = (path: string, body: object): Promise<{ status: number | undefined; text: string }> =>
  new Promise((resolve, reject) => {
    const ca = readFileSync(join(started.folder, 'tls', 'ca.crt'));
    const sent = request({ host: 'localhost', port: started.server.dpPort, path, method: 'POST', ca }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode, text });
      });
    });
    sent.on('error', reject).end(JSON.stringify(body));
  });

const networking = { address: '127.0.0.1', inbound: [{ port: 80, tags: { 'kuma.io/service': 'web' } }] };
const dataplaneResource = JSON.stringify({ type: 'Dataplane', mesh: 'default', name: 'web-1', networking });
const proxy = { mesh: 'default', name: 'web-1', dataplaneToken: 'a-token' };

it('a proxy gets its bootstrap from the port it will connect to', async () => {
  const { status, text } = await ask('/bootstrap', { ...proxy, dataplaneResource });
  expect(status).toBe(200);
  const bootstrap = parse(text) as Record<string, unknown>;
  expect(bootstrap).toMatchObject({
    node: { id: 'default.web-1', cluster: 'web' },
    admin: { address: { socketAddress: { address: '127.0.0.1', portValue: 1234 } } },
  });
  expect(JSON.stringify(bootstrap)).toContain(`{"address":"localhost","portValue":${started.server.dpPort}}`);
  const authority = readFileSync(join(started.folder, 'tls', 'ca.crt')).toString('base64');
  expect(JSON.stringify(bootstrap)).toContain(authority);
});

it.each([
  { name: 'a proxy that is not known', path: '/bootstrap', body: proxy, status: 404 },
  { name: 'a proxy without a token', path: '/bootstrap', body: { dataplaneResource }, status: 422 },
  { name: 'anything else', path: '/other', body: proxy, status: 404 },
  { name: 'too much', path: '/bootstrap', body: { name: 'x'.repeat(1 << 20) }, status: 413 },
])('$name gets $status', async ({ path, body, status }) => {
  expect((await ask(path, body)).status).toBe(status);
});

it('an unknown path is told from an unknown proxy', async () => {
  expect([(await ask('/other', proxy)).text, (await ask('/bootstrap', proxy)).text]).toEqual([
    '404 page not found\n',
    '',
  ]);
});
