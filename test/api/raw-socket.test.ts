import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startServer, type TestServer } from './fixture.js';

let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await startServer({ SKEIN_API_SERVER_HEADERS_TIMEOUT: '1s', SKEIN_API_SERVER_REQUEST_TIMEOUT: '2s' }, false);
  port = Number(new URL(await server.app.listen({ host: '127.0.0.1', port: 0 })).port);
});
afterAll(() => server.close());

/** Everything that comes until the server hangs up. `use` sends; the client never hangs up by itself. */
const converse = (use: (socket: Socket) => void): Promise<string> =>
  new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
      use(socket);
    });
    socket.on('data', (chunk) => received.push(chunk));
    // a reset after the answer is how some systems tell of bytes that nobody read
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      resolve(Buffer.concat(received).toString('latin1'));
    });
  });

const send = (...parts: readonly (string | Buffer)[]): Promise<string> =>
  converse((socket) => {
    for (const part of parts) socket.write(part);
  });

const statuses = (answers: string): readonly string[] =>
  [...answers.matchAll(/HTTP\/1\.1 ([0-9]{3})/g)].map(([, status = '']) => status);

const get = 'GET /meshes HTTP/1.1\r\nhost: localhost\r\n';
const put = 'PUT /meshes/m HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
const chunkedGet = '5c\r\nGET /meshes HTTP/1.1\r\nhost: localhost\r\n';

describe('what is no request is answered with 400, and the connection ends', () => {
  it.each([
    { name: 'garbage', text: 'hello\r\n\r\n' },
    { name: 'a TLS handshake', text: Buffer.from('1603010200010001fc0303', 'hex') },
    { name: 'bytes of every value', text: Buffer.from(Array.from({ length: 256 }, (_, i) => i)) },
    { name: 'the preface of HTTP/2', text: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
    { name: 'an unknown method', text: 'FOO / HTTP/1.1\r\nhost: localhost\r\n\r\n' },
    { name: 'a target that is no path', text: 'GET meshes HTTP/1.1\r\nhost: localhost\r\n\r\n' },
    { name: 'a space in the target', text: 'GET /a b HTTP/1.1\r\nhost: localhost\r\n\r\n' },
    { name: 'no Host', text: 'GET / HTTP/1.1\r\n\r\n' },
    { name: 'a header without name', text: `${get}: x\r\n\r\n` },
    { name: 'a space before the colon', text: `${get}x : y\r\n\r\n` },
    { name: 'a folded header', text: `${get}x: y\r\n z\r\n\r\n` },
    { name: 'NUL in a header', text: `${get}x: a\0b\r\n\r\n` },
    { name: 'two lengths', text: `${put}content-length: 2\r\ncontent-length: 3\r\n\r\n{}` },
    { name: 'a length that is no number', text: `${put}content-length: two\r\n\r\n{}` },
    {
      name: 'a length and chunks',
      text: `${put}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${get}\r\n`,
    },
    {
      name: 'chunks and a length',
      text: `${put}transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n${get}\r\n`,
    },
    {
      name: 'an encoding after chunked',
      text: `${put}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${get}\r\n`,
    },
    { name: 'a chunk size that is no number', text: `${put}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n` },
    { name: 'a chunk longer than it says', text: `${put}transfer-encoding: chunked\r\n\r\n1\r\n{}${chunkedGet}\r\n` },
  ])('$name', async ({ text }) => {
    expect(statuses(await send(text))).toEqual(['400']);
  });
});

describe('what takes too long or too much', () => {
  it.each([
    { name: 'nothing but a connection: 408', parts: [], want: ['408'] },
    { name: 'a header that does not end: 408', parts: [get], want: ['408'] },
    { name: 'a body that does not come: 408', parts: [`${put}content-length: 2\r\n\r\n{`], want: ['408'] },
    { name: 'a header that is too large: 431', parts: [`${get}x: ${'a'.repeat(20_000)}\r\n\r\n`], want: ['431'] },
    { name: 'a target that is too long: 431', parts: [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n`], want: ['431'] },
    {
      name: 'a body that is announced too large: 413',
      parts: [`${put}content-length: 2000000\r\n\r\n{`],
      want: ['413'],
    },
  ])('$name', async ({ parts, want }) => {
    expect(statuses(await send(...parts))).toEqual(want);
  });

  it('chunks that grow too large: 413', async () => {
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`;
    const answers = await send(`${put}transfer-encoding: chunked\r\n\r\n`, ...Array.from({ length: 17 }, () => chunk));
    expect(statuses(answers)).toEqual(['413']);
  });
});

describe('what is odd and answered', () => {
  it.each([
    { name: 'requests one after the other', text: `${get}\r\n${get}connection: close\r\n\r\n`, want: ['200', '200'] },
    { name: 'a request, then garbage', text: `${get}\r\nhello\r\n\r\n`, want: ['200', '400'] },
    { name: 'HTTP/1.0', text: 'GET /meshes HTTP/1.0\r\n\r\n', want: ['200'] },
    { name: 'CONNECT', text: 'CONNECT example.com:443 HTTP/1.1\r\nhost: localhost\r\n\r\n', want: ['405'] },
    { name: 'an upgrade', text: `${get}connection: upgrade, close\r\nupgrade: h2c\r\n\r\n`, want: ['200'] },
    {
      name: 'the target of everything',
      text: 'OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      want: ['404'],
    },
    { name: 'an expectation', text: `${get}expect: tea\r\nconnection: close\r\n\r\n`, want: ['417'] },
    { name: 'a length on GET', text: `${get}connection: close\r\ncontent-length: 2\r\n\r\n{}`, want: ['200'] },
  ])('$name', async ({ text, want }) => {
    expect(statuses(await send(text))).toEqual(want);
  });

  it('a client that has closed its side gets its answer', async () => {
    const answers = await converse((socket) => socket.end(`${get}connection: close\r\n\r\n`));
    expect(statuses(answers)).toEqual(['200']);
  });

  it('a client that closes its side amid a body is told', async () => {
    expect(statuses(await converse((socket) => socket.end(`${put}content-length: 9\r\n\r\n{`)))).toEqual(['400']);
  });

  it('clients that vanish amid a body leave nothing behind', async () => {
    await Promise.all(
      Array.from({ length: 20 }, () =>
        converse((socket) => {
          socket.write(`${put}content-length: 9\r\n\r\n{`, () => socket.resetAndDestroy());
        }),
      ),
    );
    expect(await server.metrics.render()).toMatch(/inflight\{handler="\/meshes\/\{name\}"[^}]*\} 0\n/);
  });
});

it('after all this the server answers, and the log tells of no failure', async () => {
  expect((await fetch(`http://127.0.0.1:${port}/meshes`)).status).toBe(200);
  expect(server.log).toEqual([]);
});
