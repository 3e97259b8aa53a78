import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the diagnostics server reports. */
export interface DiagnosticsSources {
  /** Resolves when everything that is needed to serve is there; rejects with the reason. */
  readonly checkReady: () => Promise<void>;
  readonly renderMetrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** A running diagnostics server. */
export interface DiagnosticsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** How long the store may take to answer before the server counts as not ready, in milliseconds. */
const readyTimeout = 1_000;

/** Serves `/healthy`, `/ready` and `/metrics`. That `/healthy` is answered at all says that the event loop is alive. */
export async function startDiagnostics(
  listen: { readonly host: string; readonly port: number },
  sources: DiagnosticsSources,
): Promise<DiagnosticsServer> {
  const server: Server = createServer(
    { headersTimeout: 5_000, requestTimeout: 10_000, maxHeaderSize: 16_384 },
    (request, response) => {
      const send = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
        response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
        response.end(request.method === 'HEAD' ? undefined : text);
      };
      const path = request.url?.split('?', 1)[0];
      if (request.method !== 'GET' && request.method !== 'HEAD') send(405, 'Method Not Allowed\n');
      else if (path === '/healthy') send(200, '');
      else if (path === '/ready') {
        withTimeout(sources.checkReady(), readyTimeout).then(
          () => {
            send(200, '');
          },
          (reason: unknown) => {
            send(503, `not ready: ${reason instanceof Error ? reason.message : String(reason)}\n`);
          },
        );
      } else if (path === '/metrics') {
        sources.renderMetrics().then(
          ({ contentType, text }) => {
            send(200, text, contentType);
          },
          (reason: unknown) => {
            send(500, `metrics cannot be collected: ${reason instanceof Error ? reason.message : String(reason)}\n`);
          },
        );
      } else send(404, 'Not Found\n');
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen.port, listen.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function withTimeout(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
