import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SecureContextOptions } from 'node:tls';

import { parseGoDuration } from '../lib/go-duration.js';

/** Everything Prometheus is told, as the body of an answer. */
export interface AssignmentsAnswer {
  /** Equal for equal content. */
  readonly version: string;
  readonly text: string;
}

/** Where the server listens and what it tells. */
export interface AssignmentServerOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Absent = without TLS. */
  readonly tls?: SecureContextOptions;
  readonly read: () => AssignmentsAnswer;
  /** Milliseconds for which a request waits for something new, unless it says so. */
  readonly fetchTimeout: number;
  /** Milliseconds within which changes are told together. */
  readonly refreshInterval: number;
}

/** A running server for the discovery of Prometheus (`kuma_sd_configs`). */
export interface AssignmentServer {
  readonly port: number;
  /** To be told when what `read` gives may have changed. */
  onChange(): void;
  /** From now on this holds for new connections. */
  useTls(tls: SecureContextOptions): void;
  close(): Promise<void>;
}

/** A request that waits for another version. */
interface Waiting {
  readonly version: string;
  readonly answer: (answer: AssignmentsAnswer) => void;
}

const path = '/v3/discovery:monitoringassignments';
/** Bytes of a request: it says who asks, and which version it has. */
const bodyLimit = 65_536;
/** Milliseconds for which no request waits longer. */
const longestWait = 3_600_000;
const maxConnections = 256;

/**
 * Serves `POST /v3/discovery:monitoringassignments` as Kuma 2.5 does: all assignments at once, or, to a client that has
 * the newest version, when there is another one; 304 when there is none in time. Rejects when the port is taken.
 */
export async function startAssignmentServer(options: AssignmentServerOptions): Promise<AssignmentServer> {
  const waiting = new Set<Waiting>();
  let refresh: NodeJS.Timeout | undefined;
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    readRequest(request, response, ({ version, wait }) => {
      const newest = options.read();
      if (newest.version !== version) sendJson(response, 200, newest.text);
      else if ((wait ?? options.fetchTimeout) <= 0) response.writeHead(304).end();
      else waitFor(waiting, version, Math.min(wait ?? options.fetchTimeout, longestWait), response);
    });
  };
  const limits = { headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 16_384 };
  const secure = options.tls && createSecureServer({ ...limits, ...options.tls }, serve);
  const server = secure ?? createServer(limits, serve);
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    onChange: () => {
      if (waiting.size === 0) return;
      refresh ??= setTimeout(() => {
        refresh = undefined;
        const newest = options.read();
        for (const each of waiting) if (each.version !== newest.version) each.answer(newest);
      }, options.refreshInterval);
    },
    useTls: (tls) => secure?.setSecureContext(tls),
    close: () =>
      new Promise((resolve) => {
        clearTimeout(refresh);
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function waitFor(waiting: Set<Waiting>, version: string, milliseconds: number, response: ServerResponse): void {
  const mine: Waiting = {
    version,
    answer: ({ text }) => {
      sendJson(response, 200, text);
    },
  };
  const timer = setTimeout(() => {
    response.writeHead(304).end();
  }, milliseconds);
  waiting.add(mine);
  // answered, or the client has gone
  response.once('close', () => {
    clearTimeout(timer);
    waiting.delete(mine);
  });
}

interface Asked {
  /** The version that the client has; empty without any. */
  readonly version: string;
  /** Milliseconds. */
  readonly wait: number | undefined;
}

/** Calls back with what is asked; what cannot be is refused. */
function readRequest(request: IncomingMessage, response: ServerResponse, use: (asked: Asked) => void): void {
  const [pathname, query = ''] = (request.url ?? '').split('?', 2);
  const sendText = (status: number, text: string): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
  };
  if (pathname !== path) {
    sendText(404, '404: Page Not Found');
    return;
  }
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    sendText(405, '405: Method Not Allowed');
    return;
  }
  if (request.headers['content-type']?.startsWith('application/json') !== true) {
    sendText(415, '415: Unsupported Media Type');
    return;
  }
  const timeout = new URLSearchParams(query).get('fetch-timeout') ?? '';
  const wait = timeout === '' ? undefined : parseGoDuration(timeout);
  if (timeout !== '' && wait === undefined) {
    sendProblem(response, 'Could not parse fetch-timeout', `${JSON.stringify(timeout)} is no duration`);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
    else request.destroy();
  });
  request.on('error', () => undefined);
  request.on('end', () => {
    const version = readVersion(Buffer.concat(chunks).toString());
    if (version === undefined) sendProblem(response, 'Could not parse request body', 'it is no discovery request');
    else use({ version, wait: wait === undefined ? undefined : Number(wait / 1_000_000n) });
  });
}

/** The version that a discovery request names (proto-JSON: both spellings), empty without any; undefined for what is none. */
function readVersion(body: string): string | undefined {
  try {
    const { version_info, versionInfo = version_info ?? '' } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    return typeof versionInfo === 'string' ? versionInfo : undefined;
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

const sendProblem = (response: ServerResponse, title: string, detail: string): void => {
  sendJson(response, 400, JSON.stringify({ type: '/std-errors', status: 400, title, detail, details: detail }));
};
