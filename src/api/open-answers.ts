import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long a client may take to read the last answer of its connection, in milliseconds. */
const lingerTime = 1_000;

/** The answers that are being made, to end connections in order: after what they still have to say. */
export class OpenAnswers {
  readonly #open = new Set<ServerResponse>();

  add(response: ServerResponse): void {
    this.#open.add(response);
  }

  delete(response: ServerResponse): void {
    this.#open.delete(response);
  }

  /** Makes them the last of their connections, which would otherwise keep a closing server open. */
  makeLast(): void {
    for (const response of this.#open) if (!response.headersSent) response.setHeader('connection', 'close');
  }

  /**
   * Answers what is no HTTP, or too slow, or too large to be parsed (`clientError` of Node.js), and hangs up. A request
   * before it that was read to its end gets its own answer first.
   */
  answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
    const newest = [...this.#open].findLast((response) => response.req.socket === socket);
    if (newest?.req.complete !== true) {
      sendLast(socket, error.code);
      return;
    }
    socket.pause();
    newest.once('finish', () => {
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
