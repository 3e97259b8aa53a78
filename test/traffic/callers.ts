import { once } from 'node:events';
import { request, type Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';

import { Client, credentials } from '@grpc/grpc-js';

import { asIs, grpcMethod } from './workloads.js';

/** Where somebody listens. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** A connection, most often through a proxy. */
export class Caller {
  readonly #socket: Socket;
  #received = '';
  isClosed = false;

  /** Takes a socket that is connecting, or connects. */
  constructor(to: Target | Socket) {
    this.#socket = 'write' in to ? to : connect({ host: to.host, port: to.port });
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (data) => (this.#received += data.toString()));
    this.#socket.on('close', () => (this.isClosed = true));
  }

  /** The next line; empty when the connection was closed before there was one. */
  async readLine(): Promise<string> {
    while (!this.#received.includes('\n')) {
      if (this.isClosed) return '';
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]).catch(() => undefined);
    }
    const [line = '', ...rest] = this.#received.split('\n');
    this.#received = rest.join('\n');
    return line;
  }

  /** True when what is said comes back. */
  async echoes(text: string): Promise<boolean> {
    this.say(text);
    return (await this.readLine()) === text;
  }

  say(text: string): void {
    this.#socket.write(`${text}\n`);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/**
 * Connects once; the name of the workload that answered and echoed, empty when the connection was closed. Speaks first,
 * since a proxy may wait for that.
 */
export async function connectOnce(to: Target | Socket): Promise<string> {
  const caller = new Caller(to);
  caller.say('hello');
  const name = await caller.readLine();
  const isWhole = name !== '' && (await caller.readLine()) === 'hello';
  caller.close();
  return isWhole ? name : '';
}

/** How many of so many connections were answered by whom; those that were closed count as an empty name. */
export async function countAnswers(to: Target, connections: number): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const width = 25;
  for (let done = 0; done < connections; done += width) {
    const names = Array.from({ length: Math.min(width, connections - done) }, () => connectOnce(to));
    for (const name of await Promise.all(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** The names of those who answer so many connections, sorted. */
export const listAnswers = async (to: Target, connections = 25): Promise<readonly string[]> =>
  [...(await countAnswers(to, connections)).keys()].sort();

export interface HttpAnswer {
  /** 0 when the connection was closed instead. */
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Asks over HTTP; on a connection of its own, unless an agent keeps one. */
export function get({ host, port }: Target, path = '/', agent: Agent | false = false): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    request({ host, port, path, agent }, (response) => {
      let body = '';
      response.on('data', (data: Buffer) => (body += data.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
      });
    })
      .on('error', () => {
        resolve({ status: 0, body: '', headers: {} });
      })
      .end();
  });
}

/** Calls over gRPC; the answer, or why there is none. */
export function callGrpc({ host, port }: Target): Promise<string> {
  const client = new Client(`${host}:${port}`, credentials.createInsecure());
  return new Promise((resolve) => {
    client.makeUnaryRequest(grpcMethod, asIs, asIs, Buffer.from('hello'), (error, answer) => {
      client.close();
      resolve(error === null ? (answer?.toString() ?? '') : error.message);
    });
  });
}

/** Connects again and again, until it is told to stop: how many connections there were, and how many were closed. */
export function keepConnecting(to: Target): { stop(): Promise<{ readonly made: number; readonly lost: number }> } {
  const stopped = new AbortController();
  const connecting = (async () => {
    let made = 0;
    let lost = 0;
    while (!stopped.signal.aborted) {
      made++;
      if ((await connectOnce(to)) === '') lost++;
      // leaves room for the others
      await setTimeout(2);
    }
    return { made, lost };
  })();
  return {
    stop: () => {
      stopped.abort();
      return connecting;
    },
  };
}
