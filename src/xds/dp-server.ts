import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';

import { GrpcCall, type GrpcMethod } from './grpc/grpc-call.js';
import { grpcStatus } from './grpc/status.js';
import { SessionPings } from './session-pings.js';

/** Serves what is not gRPC (`POST /bootstrap`), over HTTP/1.1 and HTTP/2 alike; e.g. the `routing` of a Fastify instance. */
export type HttpHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** Where the server listens and with whose help it answers. */
export interface DpServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Certificate, key, and what else holds for new connections. */
  readonly tls: SecureContextOptions;
  /** By path, e.g. `/envoy.service.health.v3.HealthDiscoveryService/StreamHealthCheck`. */
  readonly methods: ReadonlyMap<string, GrpcMethod>;
  readonly http: HttpHandler;
  /** Milliseconds between pings, and those a client has to answer one before it counts as gone (Kuma 2.5: 15 s and 15 s). */
  readonly pingInterval?: number | undefined;
}

/** The one port to which proxies connect. */
export interface DpServer {
  readonly port: number;
  /** From now on this holds for new connections. */
  useTls(tls: SecureContextOptions): void;
  /**
   * Takes no more calls, and ends those there are one after another, with the status that sends clients to another
   * server. Takes less than 3 s, whatever clients do.
   */
  close(): Promise<void>;
}

/** Milliseconds over which calls are ended, so that clients do not come to another server all at once. */
const endingTime = 1_500;
/** Milliseconds between two steps of it. */
const endingStep = 20;
/** Milliseconds that clients have to hang up, after that. */
const graceTime = 1_000;

/**
 * Listens on one port for all that proxies ask: gRPC and HTTP over HTTP/2, and HTTP/1.1, behind TLS. What a request
 * over HTTP/2 is follows from its content type, as in Kuma 2.5, so one connection may carry both.
 */
export async function startDpServer(options: DpServerOptions): Promise<DpServer> {
  const { host, port, tls, methods, http, pingInterval = 15_000 } = options;
  const http1 = createHttpServer(http);
  const http2 = createHttp2Server({ settings: { maxConcurrentStreams: 1_000 } });
  const sessions = new Set<ServerHttp2Session>();
  const pings = new SessionPings(pingInterval);
  http2.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => undefined);
    pings.watch(session);
  });
  const calls = new Set<GrpcCall>();
  http2.on(
    'stream',
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      // a client that gives up must not end the server
      stream.on('error', () => undefined);
      if (headers['content-type']?.startsWith('application/grpc') === true) {
        const call = serveCall(methods, stream, headers);
        calls.add(call);
        stream.once('close', () => calls.delete(call));
      } else http(new Http2ServerRequest(stream, headers, {}, rawHeaders), new Http2ServerResponse(stream));
    },
  );
  const connections = new Set<TLSSocket>();
  const server = createTlsServer({ ...tls, ALPNProtocols: ['h2', 'http/1.1'] }, (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    socket.on('error', () => undefined);
    (socket.alpnProtocol === 'h2' ? http2 : http1).emit('connection', socket);
  });
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    useTls: (next) => {
      server.setSecureContext(next);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      const left = [...sessions].map((session) => new Promise((resolve) => session.once('close', resolve)));
      // no new calls on these connections; each is closed with its last call
      for (const session of sessions) session.close();
      await endCalls(calls);
      await Promise.race([Promise.all(left), sleep(graceTime, undefined, { ref: false })]);
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

async function endCalls(calls: ReadonlySet<GrpcCall>): Promise<void> {
  const perStep = Math.ceil((calls.size * endingStep) / endingTime);
  for (const [i, call] of [...calls].entries()) {
    if (i > 0 && i % perStep === 0) await sleep(endingStep);
    call.end(grpcStatus.unavailable, 'the server ends');
  }
}

function serveCall(
  methods: DpServerOptions['methods'],
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): GrpcCall {
  const path = headers[':path'] ?? '';
  const call = new GrpcCall(stream, headers);
  const method = methods.get(path);
  if (method === undefined) call.end(grpcStatus.unimplemented, `unknown method ${path}`);
  else call.serve(method);
  return call;
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
