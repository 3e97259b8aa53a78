import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

import { frameMessage, MessageReader } from './frames.js';
import { encodeMessage, grpcStatus, type GrpcStatus } from './status.js';

/** What a call is told of; all of it between the call's beginning and its close, one at a time. */
export interface GrpcListener {
  /** A message has arrived. What it throws ends the call. */
  onMessage(message: Buffer): void;
  /** All that was written has left, after a write that said that it has to wait. */
  onDrain(): void;
  /** The call is over, whoever ended it. Called once, and last. */
  onClose(): void;
}

/** Serves one call of a method: takes it, and returns who is told of it. */
export type GrpcMethod = (call: GrpcCall) => GrpcListener;

/** One call of gRPC over a stream of HTTP/2, with messages in both directions. */
export class GrpcCall {
  readonly headers: IncomingHttpHeaders;
  /** Address of the client; empty when its connection has gone. */
  readonly remoteAddress: string;
  readonly #stream: ServerHttp2Stream;
  #isOver = false;
  #isBlocked = false;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#stream = stream;
    this.headers = headers;
    this.remoteAddress = stream.session?.socket.remoteAddress ?? '';
  }

  /** The value of a metadata key in lower case; undefined when the client did not send it. */
  metadata(key: string): string | undefined {
    const value = this.headers[key];
    return Array.isArray(value) ? value[0] : value;
  }

  /** True while the client has not read what was written, so that nothing should be written to it. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Sends a message, put together from parts. After the call is over it does nothing. */
  write(parts: readonly Uint8Array[]): void {
    if (this.isOver) return;
    if (!this.#stream.headersSent) this.#stream.respond(responseHeaders, { waitForTrailers: true });
    this.#isBlocked = !this.#stream.write(frameMessage(parts));
  }

  /** Stops reading messages, so that a client that does not read is not served either. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Ends the call with a status. What was written before still arrives. */
  end(status: GrpcStatus, message = ''): void {
    if (this.isOver) return;
    this.#isOver = true;
    const trailers = {
      'grpc-status': String(status),
      ...(message === '' ? {} : { 'grpc-message': encodeMessage(message) }),
    };
    if (this.#stream.headersSent) {
      this.#stream.once('wantTrailers', () => {
        this.#stream.sendTrailers(trailers);
      });
      this.#stream.end();
    } else {
      this.#stream.respond({ ...responseHeaders, ...trailers }, { endStream: true });
    }
    // the client has nothing left to say, so what it has half said need not arrive
    this.#stream.resume();
  }

  /** Connects the call to who serves it. */
  serve(method: GrpcMethod): void {
    const stream = this.#stream;
    const reader = new MessageReader();
    const listener = method(this);
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      if (this.#isOver) return;
      try {
        for (const message of reader.read(chunk)) if (!this.isOver) listener.onMessage(message);
      } catch (error) {
        this.end(grpcStatus.invalidArgument, error instanceof Error ? error.message : String(error));
      }
    });
    stream.on('drain', () => {
      this.#isBlocked = false;
      if (!this.#isOver) listener.onDrain();
    });
    stream.on('end', () => {
      this.end(grpcStatus.ok);
    });
    stream.on('close', () => {
      this.#isOver = true;
      listener.onClose();
    });
  }

  /** True when nothing can be said any more: it has ended, or the client has gone. */
  get isOver(): boolean {
    return this.#isOver || this.#stream.destroyed || this.#stream.closed;
  }
}

const responseHeaders = {
  [constants.HTTP2_HEADER_STATUS]: 200,
  [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
};
