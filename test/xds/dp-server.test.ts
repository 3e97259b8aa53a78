import { connect, constants, type ClientHttp2Session } from 'node:http2';
import { request } from 'node:https';

import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startDpServer, type DpServer } from '../../src/xds/dp-server.js';
import type { GrpcMethod } from '../../src/xds/grpc/grpc-call.js';
import { grpcStatus } from '../../src/xds/grpc/status.js';
import { testTls } from './test-tls.js';

/** Answers each message with it and the metadata; `end` ends the call with a status. */
const echo: GrpcMethod = (call) => ({
  onMessage: (message) => {
    if (message.toString() === 'end') call.end(grpcStatus.notFound, 'nichts für dich');
    else call.write([Buffer.from(call.metadata('authorization') ?? ''), message]);
  },
  onDrain: () => undefined,
  onClose: () => closed.add(call.metadata('authorization')),
});
/** Tokens of the calls that are over. */
const closed = new Set<string | undefined>();

let server: DpServer;
beforeAll(async () => {
  server = await startDpServer({
    host: '127.0.0.1',
    port: 0,
    tls: testTls,
    methods: new Map([['/test.Echo/Stream', echo]]),
    http: (incoming, response) => {
      response.writeHead(418, { 'content-type': 'text/plain' });
      response.end(`${incoming.httpVersion} ${incoming.url ?? ''}`);
    },
  });
});
afterAll(() => server.close());

const raw = (value: Buffer): Buffer => value;

function open(path: string, token = 'token') {
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createSsl(testTls.ca));
  const metadata = new Metadata();
  metadata.set('authorization', token);
  const call = client.makeBidiStreamRequest(path, raw, raw, metadata);
  const received: string[] = [];
  const ended = new Promise<ServiceError | undefined>((resolve) => {
    call.on('error', resolve);
    call.on('end', () => resolve(undefined));
  });
  call.on('data', (data: Buffer) => received.push(data.toString()));
  return { client, call, received, ended };
}

it('speaks gRPC in both directions until the server ends the call', async () => {
  const { client, call, received, ended } = open('/test.Echo/Stream');
  for (const text of ['a', 'b'.repeat(100_000), 'end']) call.write(Buffer.from(text));
  expect(await ended).toMatchObject({ code: status.NOT_FOUND, details: 'nichts für dich' });
  expect(received.map((text) => [text.slice(0, 6), text.length])).toEqual([
    ['tokena', 6],
    ['tokenb', 100_005],
  ]);
  client.close();
});

it('ends a call with the client, and tells who serves it', async () => {
  const { client, call, ended } = open('/test.Echo/Stream', 'other');
  call.write(Buffer.from('a'));
  call.end();
  expect(await ended).toBeUndefined();
  await expect.poll(() => closed).toContain('other');
  client.close();
});

it('refuses methods that it does not have', async () => {
  const { client, ended } = open('/test.Echo/Other');
  expect(await ended).toMatchObject({ code: status.UNIMPLEMENTED });
  client.close();
});

it('serves HTTP/1.1 on the same port', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    request(
      { host: '127.0.0.1', port: server.port, path: '/bootstrap', method: 'POST', ca: testTls.ca },
      (response) => {
        let text = `${response.statusCode} `;
        response.on('data', (data: Buffer) => (text += data.toString()));
        response.on('end', () => resolve(text));
      },
    )
      .on('error', reject)
      .end();
  });
  expect(answer).toBe('418 1.1 /bootstrap');
});

it('serves HTTP/2 that is not gRPC', async () => {
  const session: ClientHttp2Session = connect(`https://127.0.0.1:${server.port}`, { ca: testTls.ca });
  const answer = await new Promise<string>((resolve, reject) => {
    const stream = session.request({ ':path': '/bootstrap', ':method': 'POST' });
    let text = '';
    stream.on('data', (data: Buffer) => (text += data.toString()));
    stream.on('end', () => resolve(text));
    stream.on('error', reject);
    stream.end('{}');
  });
  expect(answer).toBe('2.0 /bootstrap');
  session.close();
});

it.each([{ type: 'application/grpc' }, { type: 'application/json' }])(
  'outlives a client that breaks off a request of $type',
  async ({ type }) => {
    const session: ClientHttp2Session = connect(`https://127.0.0.1:${server.port}`, { ca: testTls.ca });
    const stream = session.request({ ':path': '/nothing', ':method': 'POST', 'content-type': type });
    stream.on('error', () => undefined);
    const over = new Promise((resolve) => stream.on('close', resolve));
    stream.write('x');
    await new Promise((resolve) => session.ping(resolve));
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    await over;
    // the server has seen the end of the other stream when it answers this one
    await new Promise((resolve) => session.ping(resolve));
    session.close();
  },
);

it('outlives a client that breaks off a call as it ends it, before anything was answered', async () => {
  const session: ClientHttp2Session = connect(`https://127.0.0.1:${server.port}`, { ca: testTls.ca });
  const headers = { ':path': '/test.Echo/Stream', ':method': 'POST', 'content-type': 'application/grpc' };
  const streams = Array.from({ length: 50 }, () => session.request({ ...headers, authorization: 'broken off' }));
  for (const stream of streams) {
    stream.on('error', () => undefined);
    stream.end('x');
    stream.close(constants.NGHTTP2_CANCEL);
  }
  await expect.poll(() => closed).toContain('broken off');
  await new Promise((resolve) => session.ping(resolve));
  session.close();
});
