import type { Server, Socket } from 'node:net';

import type { LoadLimits } from './load-limits.js';

/**
 * Lets only so many connections of an address through to what the server does with them (for HTTPS, the handshake); what
 * is beyond is refused at once.
 */
export function limitConnections(server: Server, limits: LoadLimits, refuse: (socket: Socket) => void): void {
  const serve = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (!limits.acceptConnection(address)) {
      refuse(socket);
      return;
    }
    socket.once('close', () => {
      limits.endConnection(address);
    });
    for (const listener of serve) Reflect.apply(listener, server, [socket]);
  });
}
