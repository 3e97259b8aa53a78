import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';

import { startServer, type TestServer } from './fixture.js';

async function listen(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly server: TestServer; readonly port: number }> {
  const server = await startServer({ KUMA_STORE_TYPE: 'memory', ...env });
  return { server, port: Number(new URL(await server.app.listen({ host: '127.0.0.1', port: 0 })).port) };
}

/** A connection from an address; it ends with the test. */
async function open(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const get = 'GET /who-am-i HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
const put = 'PUT /meshes/m HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

/** Everything that comes until the server hangs up. */
const ask = (socket: Socket, request: string): Promise<string> => {
  socket.write(request);
  return text(socket);
};

/** Status, header and body of an answer that is a problem. */
function readProblem(answer: string): { readonly head: string; readonly problem: Readonly<Record<string, unknown>> } {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { head: head.toLowerCase(), problem: JSON.parse(body) as Record<string, unknown> };
}

/** Waits until the server has so many requests under way. */
async function untilInFlight({ metrics }: TestServer, count: number): Promise<void> {
  await expect
    .poll(async () =>
      [...(await metrics.render()).matchAll(/_inflight\{.*\} ([0-9]+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0),
    )
    .toBe(count);
}

describe('connections of an address', () => {
  it('are so many, and those beyond are told so; others are not concerned', async () => {
    const { port } = await listen({ SKEIN_API_SERVER_MAX_CONNECTIONS_PER_ADDRESS: '2' });
    const [first] = [await open(port), await open(port)];
    const { head, problem } = readProblem(await text(await open(port)));
    expect(head).toMatch(/^http\/1\.1 429 too many requests\r\n/);
    expect(head).toContain('content-type: application/json');
    expect(head).toContain('retry-after: 1');
    const detail =
      'this address has too many connections open; the limit is the setting apiServer.maxConnectionsPerAddress';
    expect(problem).toEqual({ type: '/std-errors', status: 429, title: 'Too Many Requests', detail, details: detail });
    expect(await ask(await open(port, '127.0.0.2'), get)).toMatch(/^HTTP\/1\.1 200/);
    first.destroy();
    await expect.poll(async () => ask(await open(port), get)).toMatch(/^HTTP\/1\.1 200/);
  });

  it('carry no more requests at once than there may be connections', async () => {
    const { port } = await listen({ SKEIN_API_SERVER_MAX_CONNECTIONS_PER_ADDRESS: '2' });
    const answers = await ask(await open(port), get.replace('connection: close\r\n', '').repeat(3) + get);
    const statuses = [...answers.matchAll(/HTTP\/1\.1 ([0-9]{3})/g)].map(([, status]) => status);
    expect(statuses).toEqual(['200', '200', '429']);
  });
});

describe('what is under way', () => {
  it.each([
    {
      name: 'requests',
      env: { SKEIN_API_SERVER_MAX_REQUESTS_IN_FLIGHT: '1' },
      begun: `${put}content-length: 9\r\n\r\n`,
      refused: get,
    },
    {
      name: 'bytes',
      env: { SKEIN_API_SERVER_MAX_BYTES_IN_FLIGHT: '1048576' },
      begun: `${put}content-length: 1000000\r\n\r\n`,
      refused: `${put}connection: close\r\ncontent-length: 100000\r\n\r\n`,
    },
    {
      name: 'bytes',
      env: { SKEIN_API_SERVER_MAX_BYTES_IN_FLIGHT: '1048576' },
      begun: `${put}transfer-encoding: chunked\r\n\r\n`,
      refused: `${put}connection: close\r\ncontent-length: 2\r\n\r\n`,
    },
  ])('is not too many $name', async ({ name, env, begun, refused }) => {
    const { server, port } = await listen({ SKEIN_API_SERVER_ANONYMOUS_ACCESS: 'write', ...env });
    const busy = await open(port, '127.0.0.2');
    busy.write(begun);
    await untilInFlight(server, 1);
    const { head, problem } = readProblem(await ask(await open(port), refused));
    expect(head).toMatch(/^http\/1\.1 503 service unavailable\r\n/);
    expect(head).toContain('retry-after: 1');
    expect(problem).toMatchObject({ status: 503, detail: expect.stringContaining(`too many ${name} are under way`) });
    busy.destroy();
    await untilInFlight(server, 0);
    expect(await ask(await open(port), get)).toMatch(/^HTTP\/1\.1 200/);
  });

  it('is told before a token is looked at', async () => {
    const { server, port } = await listen({ SKEIN_API_SERVER_MAX_REQUESTS_IN_FLIGHT: '1' });
    const busy = await open(port);
    busy.write(`${put}content-length: 9\r\n\r\n`);
    await untilInFlight(server, 1);
    const answer = await ask(await open(port, '127.0.0.2'), get.replace('host', 'authorization: Bearer x\r\nhost'));
    expect(answer).toMatch(/^HTTP\/1\.1 503/);
    expect(server.log).toEqual([]);
  });
});

it.each([
  {
    name: 'a header',
    request: `GET /who-am-i HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(5_000)}\r\n\r\n`,
    status: 431,
    detail: 'the header must not be larger than 4096 bytes; the limit is the setting apiServer.maxHeaderSize',
  },
  {
    name: 'a body',
    request: `${put}content-length: 2000\r\nconnection: close\r\n\r\n{`,
    status: 413,
    detail: 'the body must not be larger than 1024 bytes; the limit is the setting apiServer.bodyLimit',
  },
])('$name that is too large is refused with a problem', async ({ request, status, detail }) => {
  const { port } = await listen({ SKEIN_API_SERVER_MAX_HEADER_SIZE: '4096', SKEIN_API_SERVER_BODY_LIMIT: '1024' });
  expect(readProblem(await ask(await open(port), request)).problem).toMatchObject({ status, detail });
});
