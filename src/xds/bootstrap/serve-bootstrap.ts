import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

import type { HttpHandler } from '../dp-server.js';
import type { BootstrapAnswer, BootstrapCall } from './answer-bootstrap.js';

type Request = IncomingMessage | Http2ServerRequest;

/** Largest body that is read, in bytes. */
const maxBody = 1 << 20;
/** Milliseconds a client has to send its body. */
const bodyTime = 30_000;

/** Told from an unknown proxy by its text (Kuma 2.5). */
const notFound: BootstrapAnswer = {
  status: 404,
  contentType: 'text/plain; charset=utf-8',
  body: '404 page not found\n',
};
const tooLarge: BootstrapAnswer = {
  status: 413,
  contentType: 'text/plain; charset=utf-8',
  body: 'the body is too large',
};

/** Serves `/bootstrap` over HTTP; there is nothing else (Kuma 2.5). */
export const serveBootstrap =
  (answer: (call: BootstrapCall) => Promise<BootstrapAnswer>): HttpHandler =>
  (request, response) => {
    handle(request, answer)
      .catch((): BootstrapAnswer => ({ status: 500, body: '' }))
      .then(({ status, contentType, body }) => {
        const headers = contentType === undefined ? {} : { 'content-type': contentType };
        response.writeHead(status, headers);
        response.end(body);
      })
      // the client has gone
      .catch(() => undefined);
  };

async function handle(
  request: Request,
  answer: (call: BootstrapCall) => Promise<BootstrapAnswer>,
): Promise<BootstrapAnswer> {
  if (request.url?.split('?')[0] !== '/bootstrap') return notFound;
  const body = await readBody(request);
  if (body === undefined) return tooLarge;
  const authority = request.headers[':authority'];
  const host = request.headers.host ?? (typeof authority === 'string' ? authority : '');
  return answer({ host, accept: request.headers.accept, body });
}

/** Undefined when it is too large. Rejects when it does not come. */
async function readBody(request: Request): Promise<string | undefined> {
  const late = setTimeout(() => request.destroy(new Error('the body did not come in time')), bodyTime);
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBody) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    clearTimeout(late);
  }
}
