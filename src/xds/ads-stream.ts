import type { Result } from '../lib/result.js';
import {
  readDeltaRequest,
  readSotwRequest,
  writeDeltaResponse,
  writeSotwResponse,
  type EnvoyNode,
} from './codec/messages.js';
import type { GrpcCall, GrpcListener } from './grpc/grpc-call.js';
import { grpcStatus } from './grpc/status.js';
import { step, type Answer, type Response, type StreamEvent } from './protocol.js';
import { openStream, type StreamState, type Target } from './stream-state.js';
import type { DeltaRequest, SotwRequest } from './subscribe.js';

/** Whom a stream asks and tells. */
export interface StreamOwner {
  /** Lets the proxy in that opens the stream, or says why not. */
  admit(stream: AdsStream, node: EnvoyNode): Promise<Result<void, string>>;
  onRequest(typeUrl: string, request: SotwRequest | DeltaRequest | undefined): void;
  onSent(stream: AdsStream, response: Response): void;
  onAnswer(stream: AdsStream, answer: Answer): void;
  onClose(stream: AdsStream): void;
}

/**
 * A stream of ADS to one proxy. Nothing is answered before the proxy is let in; while it does not read, nothing is
 * written and no request is read, and when it reads again it gets the newest state.
 */
export class AdsStream implements GrpcListener {
  readonly call: GrpcCall;
  readonly #owner: StreamOwner;
  #state: StreamState;
  #admission: 'none' | 'asked' | 'given' = 'none';
  /** Requests that came before the proxy was let in. */
  #early: StreamEvent[] = [];
  /** The newest target, while it cannot be told. */
  #late: Target | undefined;

  constructor(call: GrpcCall, mode: StreamState['mode'], owner: StreamOwner) {
    this.call = call;
    this.#owner = owner;
    this.#state = openStream(mode);
  }

  get state(): StreamState {
    return this.#state;
  }

  onMessage(message: Buffer): void {
    const { node, typeUrl, event } = this.#read(message);
    this.#owner.onRequest(typeUrl, event?.request);
    if (this.#admission === 'none') this.#ask(node);
    if (event === undefined) return;
    if (this.#admission === 'given') this.#step(event);
    else this.#early.push(event);
  }

  /** What the proxy shall have from now on. */
  setTarget(target: Target): void {
    if (this.#admission !== 'given' || this.call.isBlocked) this.#late = target;
    else this.#step({ kind: 'target', target });
  }

  onDrain(): void {
    this.call.resume();
    this.#catchUp();
  }

  onClose(): void {
    this.#owner.onClose(this);
  }

  #catchUp(): void {
    const target = this.#late;
    this.#late = undefined;
    if (target !== undefined) this.#step({ kind: 'target', target });
  }

  #ask(node: EnvoyNode | undefined): void {
    if (node === undefined) {
      this.call.end(grpcStatus.invalidArgument, 'the first request of a stream must name the node');
      return;
    }
    this.#admission = 'asked';
    // what arrives in the meantime waits in the connection
    this.call.pause();
    this.#owner.admit(this, node).then(
      (admitted) => {
        if (this.call.isOver) return;
        if (!admitted.ok) {
          this.call.end(grpcStatus.unknown, admitted.error);
          return;
        }
        this.#admission = 'given';
        this.#catchUp();
        for (const event of this.#early) this.#step(event);
        this.#early = [];
        if (!this.call.isBlocked) this.call.resume();
      },
      () => {
        this.call.end(grpcStatus.internal, 'the proxy cannot be let in at the moment');
      },
    );
  }

  #step(event: StreamEvent): void {
    const { state, responses, answer } = step(this.#state, event);
    this.#state = state;
    if (answer !== undefined) this.#owner.onAnswer(this, answer);
    for (const response of responses) {
      this.call.write(state.mode === 'sotw' ? writeSotwResponse(response) : writeDeltaResponse(response));
      this.#owner.onSent(this, response);
    }
    if (this.call.isBlocked) this.call.pause();
  }

  #read(message: Buffer): {
    readonly node: EnvoyNode | undefined;
    readonly typeUrl: string;
    readonly event: RequestEvent | undefined;
  } {
    if (this.#state.mode === 'sotw') {
      const { request, ...rest } = readSotwRequest(message);
      return { ...rest, event: request && { kind: 'request', request } };
    }
    const { request, ...rest } = readDeltaRequest(message);
    return { ...rest, event: request && { kind: 'delta-request', request } };
  }
}

type RequestEvent = Exclude<StreamEvent, { readonly kind: 'target' }>;
