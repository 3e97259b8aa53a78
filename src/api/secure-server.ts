import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { RequestListener, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { constants } from 'node:crypto';
import { TLSSocket } from 'node:tls';

import type { ApiTls } from './tls.js';

/** The server of the API over TLS, not yet listening. Its certificate is exchanged while connections go on. */
export interface SecureServer {
  readonly server: Server;
  /** Stops listening, if it does, and resolves when the last connection has ended. */
  close(): Promise<void>;
}

/** Makes the server. `handshakeTimeout` in milliseconds. */
export function createSecureServer(
  tls: ApiTls,
  options: ServerOptions,
  handshakeTimeout: number,
  handle: RequestListener,
): SecureServer {
  const { clientCertificates } = tls;
  const server = createServer(
    {
      ...options,
      ...tls.context(),
      handshakeTimeout,
      requestCert: clientCertificates !== 'off',
      rejectUnauthorized: clientCertificates === 'required',
      // a resumed session would not be asked for its certificate again
      ...(clientCertificates === 'off' ? {} : { secureOptions: constants.SSL_OP_NO_TICKET }),
    },
    handle,
  );
  // as Kuma 2.5: who need not show a certificate must show none that is not trusted
  server.prependListener('secureConnection', (socket) => {
    if (clientCertificates !== 'off' && hasPeerCertificate(socket) && !socket.authorized) socket.destroy();
  });
  const unfinished = followHandshakes(server);
  const stop = tls.follow((context) => {
    server.setSecureContext(context);
  });
  return {
    server,
    close: async () => {
      stop();
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      server.closeIdleConnections();
      for (const socket of unfinished()) socket.destroy();
      await closed;
    },
  };
}

/** True for a client that has shown a certificate that is trusted. */
export const isCertified = (socket: Socket): boolean =>
  socket instanceof TLSSocket && socket.authorized && hasPeerCertificate(socket);

/** A session without one is "authorized" too when it is resumed. */
const hasPeerCertificate = (socket: TLSSocket): boolean => socket.getPeerX509Certificate() !== undefined;

/** The connections amid a handshake, which Node.js does not close with the server. */
function followHandshakes(server: Server): () => Iterable<Socket> {
  const unfinished = new Map<string, Socket>();
  const keyOf = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress} ${remotePort}`;
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    unfinished.set(key, socket);
    socket.once('close', () => unfinished.delete(key));
  });
  server.on('secureConnection', (socket) => unfinished.delete(keyOf(socket)));
  return () => unfinished.values();
}
