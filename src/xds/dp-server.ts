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
import { createServer as createTlsServer, type Server, type TLSSocket } from 'node:tls';

import { GrpcCall, type GrpcMethod } from './grpc/grpc-call.js';
import { grpcStatus } from './grpc/status.js';

/** Serves what is not gRPC (`POST /bootstrap`), over HTTP/1.1 and HTTP/2 alike; e.g. the `routing` of a Fastify instance. */
export type HttpHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** Certificate chain and key of the server, in PEM. */
export interface ServerTls {
  readonly certificate: string;
  readonly key: string;
}

/** Where the server listens and with whose help it answers. */
export interface DpServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly tls: ServerTls;
  /** By path, e.g. `/envoy.service.health.v3.HealthDiscoveryService/StreamHealthCheck`. */
  readonly methods: ReadonlyMap<string, GrpcMethod>;
  readonly http: HttpHandler;
}

/** The one port to which proxies connect. */
export interface DpServer {
  readonly port: number;
  /** From now on new connections are shown this certificate. */
  useCertificate(tls: ServerTls): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Milliseconds between pings, and those a client has to answer one before it counts as gone (Kuma 2.5: 15 s and 15 s). */
const pingInterval = 15_000;

/**
 * Listens on one port for all that proxies ask: gRPC and HTTP over HTTP/2, and HTTP/1.1, behind TLS. What a request
 * over HTTP/2 is follows from its content type, as in Kuma 2.5, so one connection may carry both.
 */
export async function startDpServer({ host, port, tls, methods, http }: DpServerOptions): Promise<DpServer> {
  const http1 = createHttpServer(http);
  const http2 = createHttp2Server({ settings: { maxConcurrentStreams: 1_000 } });
  http2.on('session', watchSession);
  http2.on(
    'stream',
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      // a client that gives up must not end the server
      stream.on('error', () => undefined);
      if (headers['content-type']?.startsWith('application/grpc') === true) serveCall(methods, stream, headers);
      else http(new Http2ServerRequest(stream, headers, {}, rawHeaders), new Http2ServerResponse(stream));
    },
  );
  const connections = new Set<TLSSocket>();
  const server = createTlsServer(
    { cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2', ALPNProtocols: ['h2', 'http/1.1'] },
    (socket) => {
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
      socket.on('error', () => undefined);
      (socket.alpnProtocol === 'h2' ? http2 : http1).emit('connection', socket);
    },
  );
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    useCertificate: ({ certificate, key }) => {
      server.setSecureContext({ cert: certificate, key });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of connections) socket.destroy();
      }),
  };
}

function serveCall(methods: DpServerOptions['methods'], stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const path = headers[':path'] ?? '';
  const call = new GrpcCall(stream, headers);
  const method = methods.get(path);
  if (method === undefined) call.end(grpcStatus.unimplemented, `unknown method ${path}`);
  else call.serve(method);
}

/** Finds out that a client has gone without a word: proxies behind a half-open connection are not online. */
function watchSession(session: ServerHttp2Session): void {
  session.on('error', () => undefined);
  let isWaiting = false;
  const timer = setInterval(() => {
    if (isWaiting) {
      session.destroy();
      return;
    }
    isWaiting = session.ping((error) => {
      if (error === null) isWaiting = false;
    });
  }, pingInterval);
  timer.unref();
  session.once('close', () => {
    clearInterval(timer);
  });
}

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
