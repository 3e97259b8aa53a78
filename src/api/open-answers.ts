import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import type { Problem } from '../model/problem.js';
import { tooManyOf } from './load-limits.js';
import { describeProblem } from './problem-body.js';
import { renderJson } from './render.js';

/** How long a client may take to read the last answer of its connection, in milliseconds. */
const lingerTime = 1_000;

/** How many connections beyond the limits are told so at once; the others are just closed. */
const maxRefusedConnections = 100;

/** The answers that are being made, to end connections in order: after what they still have to say. */
export class OpenAnswers {
  readonly #open = new Set<ServerResponse>();
  #refusedConnections = 0;

  /** `maxHeaderSize` in bytes. */
  constructor(private readonly settings: { readonly maxHeaderSize: number }) {}

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
  answerBroken({ code }: NodeJS.ErrnoException, socket: Socket): void {
    if (!isOfHttp(code) || !socket.writable) {
      socket.destroy();
      return;
    }
    const answer = () => {
      sendLast(socket, renderBroken(code, this.settings.maxHeaderSize));
    };
    const newest = [...this.#open].findLast((response) => response.req.socket === socket);
    if (newest?.req.complete !== true) {
      answer();
      return;
    }
    socket.pause();
    newest.once('finish', answer);
  }

  /** Tells a client that its address has too many connections, as long as that itself is not too much. */
  refuseConnection(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#refusedConnections >= maxRefusedConnections) {
      socket.destroy();
      return;
    }
    this.#refusedConnections++;
    socket.once('close', () => this.#refusedConnections--);
    socket.resume();
    sendLast(socket, renderProblem(tooManyOf('connections'), { 'retry-after': '1' }));
  }
}

/** Refuses `CONNECT`, which Node.js gives to no handler of requests. */
export const refuseTunnel = (socket: Duplex): void => {
  socket.on('error', () => socket.destroy());
  socket.end(renderText('405 Method Not Allowed'));
};

/** What goes wrong below HTTP, e.g. in a handshake, cannot be answered. */
const isOfHttp = (code = ''): boolean => code.startsWith('HPE_') || code.startsWith('ERR_HTTP_');

function sendLast(socket: Socket, answer: string): void {
  socket.end(answer);
  // a client that sends nothing more and does not hang up either
  socket.setTimeout(lingerTime, () => socket.destroy());
}

function renderBroken(code: string | undefined, maxHeaderSize: number): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return renderProblem({ problem: 'header-too-large', limit: maxHeaderSize });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return renderText('408 Request Timeout');
    case undefined:
    default:
      return renderText('400 Bad Request');
  }
}

const renderText = (status: string): string =>
  renderLast(status, { 'content-type': 'text/plain; charset=utf-8' }, status.replace(' ', ': '));

function renderProblem(problem: Problem, headers: Readonly<Record<string, string>> = {}): string {
  const body = describeProblem(problem);
  return renderLast(
    `${body.status} ${body.title}`,
    { 'content-type': 'application/json', ...headers },
    renderJson(body),
  );
}

function renderLast(status: string, headers: Readonly<Record<string, string>>, body: string): string {
  const all = { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n');
}
