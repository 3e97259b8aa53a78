import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long a client may take to read the last answer of its connection, in milliseconds. */
const lingerTime = 1_000;

/** Answers what is no HTTP, or too slow, or too large to be parsed, when there is no request to answer; then hangs up. */
export class BrokenRequests {
  /** The newest answer of each connection that is still being made. */
  readonly #open = new WeakMap<Duplex, ServerResponse>();

  /** Notes that a request of a connection is being answered. */
  add(response: ServerResponse): void {
    const { socket } = response.req;
    this.#open.set(socket, response);
    response.once('close', () => {
      if (this.#open.get(socket) === response) this.#open.delete(socket);
    });
  }

  /** What Node.js calls `clientError`. A request that was read to its end gets its own answer first. */
  answer(error: NodeJS.ErrnoException, socket: Socket): void {
    const open = this.#open.get(socket);
    if (open?.req.complete !== true) {
      sendLast(socket, error.code);
      return;
    }
    socket.pause();
    open.once('finish', () => {
      sendLast(socket, error.code);
    });
  }
}

/** Refuses `CONNECT`, which Node.js gives to no handler of requests. */
export const refuseTunnel = (socket: Duplex): void => {
  socket.on('error', () => socket.destroy());
  socket.end(renderLast('405 Method Not Allowed'));
};

function sendLast(socket: Socket, code: string | undefined): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  socket.end(renderLast(statusOf(code)));
  // a client that sends nothing more and does not hang up either
  socket.setTimeout(lingerTime, () => socket.destroy());
}

function statusOf(code: string | undefined): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return '431 Request Header Fields Too Large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return '408 Request Timeout';
    case undefined:
    default:
      return '400 Bad Request';
  }
}

function renderLast(status: string): string {
  const body = status.replace(' ', ': ');
  return `HTTP/1.1 ${status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`;
}
