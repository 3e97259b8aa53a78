import { isDeepStrictEqual } from 'node:util';

import type { Result } from '../../lib/result.js';
import type { DataplaneSpec } from '../../model/dataplane.js';
import type { ResourceKey } from '../../model/resource.js';
import type { HealthReport } from '../../proxies/apply-health.js';
import { idOf } from '../../proxies/delivery.js';
import type { ConnectingProxy, ProxyKey } from '../../proxies/proxy-hooks.js';
import { readNode } from '../../proxies/read-node.js';
import { readNodeId } from '../ads-service.js';
import type { EnvoyNode } from '../codec/messages.js';
import type { GrpcCall, GrpcListener, GrpcMethod } from '../grpc/grpc-call.js';
import { grpcStatus } from '../grpc/status.js';
import { makeSpecifier, type HealthCheckSpecifier, type HealthSettings } from './make-specifier.js';
import { readHealthMessage, writeSpecifier } from './messages.js';

/** Where health discovery is counted. */
export interface HdsMeter {
  readonly countRequest: () => void;
  readonly countReport: () => void;
  readonly measureGeneration: (milliseconds: number) => void;
}

export interface HdsContext {
  readonly settings: HealthSettings;
  readonly meter: HdsMeter;
  readonly authenticate: (proxy: ConnectingProxy) => Promise<Result<void, string>>;
  /** The spec of a Dataplane; undefined when there is none. */
  readonly findDataplane: (key: ProxyKey) => DataplaneSpec | undefined;
  readonly writeHealth: (key: ProxyKey, report: HealthReport) => Promise<void>;
  readonly onError: (error: unknown, key: ProxyKey) => void;
}

/**
 * Health discovery: tells proxies which workloads to check, and takes down what they find out. A proxy whose Dataplane
 * does not exist yet is told as soon as it does, since its other stream may be the one that brings it.
 */
export class HdsService {
  readonly methods: ReadonlyMap<string, GrpcMethod>;
  readonly #context: HdsContext;
  readonly #streams = new Map<string, Set<HdsStream>>();

  constructor(context: HdsContext) {
    this.#context = context;
    this.methods = new Map([
      [
        '/envoy.service.health.v3.HealthDiscoveryService/StreamHealthCheck',
        (call) => new HdsStream(call, context, this.#streams),
      ],
    ]);
  }

  /** How many streams are open. */
  get streams(): number {
    let count = 0;
    for (const ofProxy of this.#streams.values()) count += ofProxy.size;
    return count;
  }

  /** These resources have changed. */
  onChange(keys: Iterable<ResourceKey>): void {
    for (const key of keys)
      if (key.type === 'Dataplane') for (const stream of this.#streams.get(idOf(key)) ?? []) stream.update();
  }

  /** Tokens or their keys have changed: whose are no longer good are sent away. */
  async authenticateAgain(concerns: (key: ProxyKey) => boolean): Promise<void> {
    for (const stream of [...this.#streams.values()].flatMap((ofProxy) => [...ofProxy])) {
      const { proxy } = stream;
      if (proxy === undefined || !concerns(proxy)) continue;
      const authenticated = await this.#context.authenticate(proxy);
      if (!authenticated.ok) stream.call.end(grpcStatus.unknown, authenticated.error);
    }
  }
}

class HdsStream implements GrpcListener {
  readonly call: GrpcCall;
  proxy: ConnectingProxy | undefined;
  readonly #context: HdsContext;
  readonly #streams: Map<string, Set<HdsStream>>;
  #adminPort: number | undefined;
  #isAdmitted = false;
  #specifier: HealthCheckSpecifier | undefined;
  #lastReport: Buffer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(call: GrpcCall, context: HdsContext, streams: Map<string, Set<HdsStream>>) {
    this.call = call;
    this.#context = context;
    this.#streams = streams;
  }

  onMessage(bytes: Buffer): void {
    // proxies say the same again and again
    if (this.#lastReport?.equals(bytes) === true) {
      this.#context.meter.countReport();
      return;
    }
    const message = readHealthMessage(bytes);
    if (message?.kind === 'request') this.#context.meter.countRequest();
    if (message?.kind === 'request' && this.proxy === undefined) this.#ask(message.node);
    if (message?.kind !== 'report') return;
    this.#context.meter.countReport();
    if (!this.#isAdmitted || this.proxy === undefined) {
      this.call.end(grpcStatus.unknown, 'the stream was not authenticated');
      return;
    }
    this.#lastReport = Buffer.from(bytes);
    this.#write(this.proxy, message.report);
  }

  /** Tells the proxy what to check, if that is something else than before. */
  update(): void {
    const spec = this.proxy && this.#isAdmitted ? this.#context.findDataplane(this.proxy) : undefined;
    if (spec === undefined) return;
    const begin = performance.now();
    const specifier = makeSpecifier(spec, this.#adminPort, this.#context.settings);
    this.#context.meter.measureGeneration(performance.now() - begin);
    // what was found out counts for the Dataplane as it is now
    this.#lastReport = undefined;
    if (isDeepStrictEqual(specifier, this.#specifier) || this.call.isBlocked) return;
    this.#specifier = specifier;
    this.call.write([writeSpecifier(specifier)]);
  }

  onDrain(): void {
    this.update();
  }

  onClose(): void {
    if (this.proxy === undefined) return;
    const id = idOf(this.proxy);
    const ofProxy = this.#streams.get(id);
    ofProxy?.delete(this);
    if (ofProxy?.size === 0) this.#streams.delete(id);
  }

  #ask(node: EnvoyNode): void {
    const key = readNodeId(node.id);
    if (key === undefined) {
      this.call.end(
        grpcStatus.invalidArgument,
        `the node's id ${JSON.stringify(node.id)} is not of the form mesh.name`,
      );
      return;
    }
    const { remoteAddress } = this.call;
    this.#adminPort = readNode(node.metadata, node.extensions, key).admin?.port;
    const credential = this.call.metadata('authorization');
    const proxy: ConnectingProxy = { ...key, metadata: node.metadata, credential, remoteAddress };
    this.proxy = proxy;
    this.#streams.set(idOf(proxy), (this.#streams.get(idOf(proxy)) ?? new Set()).add(this));
    this.#context.authenticate(proxy).then(
      (authenticated) => {
        if (!authenticated.ok) {
          this.call.end(grpcStatus.unknown, authenticated.error);
          return;
        }
        this.#isAdmitted = true;
        this.update();
      },
      (error: unknown) => {
        this.#context.onError(error, proxy);
        this.call.end(grpcStatus.internal);
      },
    );
  }

  /** One after another, so that the newest report wins. */
  #write(key: ProxyKey, report: HealthReport): void {
    this.#writing = this.#writing
      .then(() => this.#context.writeHealth(key, report))
      .catch((error: unknown) => {
        this.#lastReport = undefined;
        this.#context.onError(error, key);
      });
  }
}
