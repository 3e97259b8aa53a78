import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

import { Server as GrpcServer, ServerCredentials, type handleUnaryCall } from '@grpc/grpc-js';

import type { KeyPair } from '../../src/model/provision.js';

/** A program behind a proxy. Each says its name to whoever asks, so that tests see where they got. */
export interface Workload {
  readonly port: number;
  close(): Promise<void>;
}

/** Where workloads listen. */
export const workloadHost = '127.0.0.1';

/** Says its name to whoever connects, and then everything that it is told. At any free port unless one is given. */
export const startEcho = (name: string, port = 0): Promise<Workload> =>
  listen(
    createServer((socket) => {
      greet(name, socket);
    }),
    port,
  );

/** The same, over TLS. */
export const startTlsEcho = (name: string, { certificate, privateKey }: KeyPair): Promise<Workload> =>
  listen(
    createTlsServer({ cert: certificate, key: privateKey }, (socket) => {
      greet(name, socket);
    }).on('tlsClientError', () => undefined),
  );

function greet(name: string, socket: Socket): void {
  socket.on('error', () => undefined);
  socket.write(`${name}\n`);
  socket.pipe(socket);
}

/** Answers every request with its name and the path that was asked for. */
export const startWeb = (name: string): Promise<Workload> =>
  listen(createHttpServer((request, response) => response.end(`${name} ${request.url}`)));

/** The method of the gRPC workload. */
export const grpcMethod = '/echo.Echo/Say';
export const asIs = (bytes: Buffer): Buffer => bytes;

/** Answers every call of {@link grpcMethod} with its name. */
export const startGrpc = (name: string): Promise<Workload> => serveGrpc(grpcMethod, () => Buffer.from(name));

/** Serves one method of gRPC. */
export async function serveGrpc(path: string, answer: (request: Buffer) => Buffer): Promise<Workload> {
  const server = new GrpcServer();
  const method = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  } as const;
  const handler: handleUnaryCall<Buffer, Buffer> = ({ request }, respond) => {
    respond(null, answer(request));
  };
  server.addService({ method }, { method: handler });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${workloadHost}:0`, ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    close: () => {
      server.forceShutdown();
      return Promise.resolve();
    },
  };
}

async function listen(server: Server, port = 0): Promise<Workload> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await once(server.listen(port, workloadHost), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      if (!server.listening) return;
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
