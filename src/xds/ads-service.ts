import { err, ok, type Result } from '../lib/result.js';
import { xdsTypes } from '../envoy/type-urls.js';
import type { ProxyNode } from '../plan/proxy-node.js';
import { idOf, type Delivery, type LiveProxies } from '../proxies/delivery.js';
import type { ConnectingProxy, ProxyKey } from '../proxies/proxy-hooks.js';
import { readNode, readVersion } from '../proxies/read-node.js';
import { readProxyType } from '../proxies/own-resource.js';
import type { OpenSubscription } from '../proxies/stream-insights.js';
import type { AdsContext } from './ads-context.js';
import { AdsStream, type StreamOwner } from './ads-stream.js';
import type { EnvoyNode } from './codec/messages.js';
import { Distributor } from './distributor.js';
import type { GrpcMethod } from './grpc/grpc-call.js';
import { grpcStatus } from './grpc/status.js';
import { LiveProxy } from './live-proxy.js';
import type { Answer, Response } from './protocol.js';
import type { DeltaRequest, SotwRequest } from './subscribe.js';

/** A stream, its proxy and its part in the insight. */
interface Served {
  readonly live: LiveProxy;
  readonly subscription: OpenSubscription;
  /** When the newest response of each type left, by nonce's type. */
  readonly sentAt: Map<string, number>;
}

const servicePath = '/envoy.service.discovery.v3.AggregatedDiscoveryService';

/** ADS v3 in both protocols, to all proxies that connect to this server. */
export class AdsService implements StreamOwner, LiveProxies {
  readonly methods: ReadonlyMap<string, GrpcMethod>;
  readonly #context: AdsContext;
  readonly #proxies = new Map<string, LiveProxy>();
  readonly #served = new Map<AdsStream, Served>();
  readonly #distributor: Distributor;

  constructor(context: AdsContext) {
    this.#context = context;
    this.#distributor = new Distributor(context, this.#proxies);
    this.methods = new Map([
      [`${servicePath}/StreamAggregatedResources`, (call) => new AdsStream(call, 'sotw', this)],
      [`${servicePath}/DeltaAggregatedResources`, (call) => new AdsStream(call, 'delta', this)],
    ]);
  }

  /** How many streams are open. */
  get streams(): number {
    return this.#served.size;
  }

  /** The world has changed. */
  onWorldChange(): void {
    this.#distributor.onChange();
  }

  /** The proxies that are connected. */
  listProxies(): readonly ProxyKey[] {
    return [...this.#proxies.values()].map(({ proxy }) => proxy);
  }

  /** Secrets of these proxies have changed, which no write tells of. */
  async refresh(keys: readonly ProxyKey[]): Promise<void> {
    const at = this.#context.now();
    for (const key of keys) {
      const live = this.#proxies.get(idOf(key));
      if (live === undefined) continue;
      live.node = await this.#certifyAdmin(live.proxy, live.node);
      live.resources = undefined;
      await this.#distributor.update(live, at);
    }
  }

  /** Tokens or their keys have changed: whose are no longer good are sent away. */
  async authenticateAgain(concerns: (key: ProxyKey) => boolean): Promise<void> {
    for (const [stream, { live }] of [...this.#served]) {
      if (!concerns(live.proxy)) continue;
      const authenticated = await this.#context.hooks.authenticate(live.proxy);
      if (!authenticated.ok) stream.call.end(grpcStatus.unknown, authenticated.error);
    }
  }

  /** No more is delivered; whoever serves the calls ends them. */
  close(): void {
    this.#distributor.stop();
  }

  async deliveryOf(key: ProxyKey): Promise<Delivery | undefined> {
    const live = this.#proxies.get(idOf(key));
    return live?.describe(await this.#distributor.preview(live));
  }

  nodeOf(key: ProxyKey): ProxyNode | undefined {
    return this.#proxies.get(idOf(key))?.node;
  }

  addressOf(key: ProxyKey): string | undefined {
    return this.#proxies.get(idOf(key))?.proxy.remoteAddress;
  }

  async admit(stream: AdsStream, node: EnvoyNode): Promise<Result<void, string>> {
    const key = readNodeId(node.id);
    if (key === undefined) return err(`the node's id ${JSON.stringify(node.id)} is not of the form mesh.name`);
    const { call } = stream;
    const type = readProxyType(node);
    const proxy: ConnectingProxy = {
      ...key,
      // what is no type is refused below
      ...(type.ok && type.value !== 'dataplane' ? { proxyType: type.value } : {}),
      metadata: node.metadata,
      credential: call.metadata('authorization'),
      remoteAddress: call.remoteAddress,
    };
    const { hooks, now } = this.#context;
    const authenticated = await hooks.authenticate(proxy);
    if (!authenticated.ok) return authenticated;
    const registered = await hooks.register(proxy);
    if (!registered.ok) return registered;
    const read = await this.#certifyAdmin(proxy, readNode(node.metadata, node.extensions, proxy));
    if (call.isOver) {
      if (!this.#proxies.has(idOf(key))) hooks.onDisconnect(proxy);
      return ok(undefined);
    }
    const live = this.#attach(stream, proxy, read);
    await this.#distributor.update(live, now());
    if (live.target !== undefined) stream.setTarget(live.target);
    return ok(undefined);
  }

  onRequest(typeUrl: string, request: SotwRequest | DeltaRequest | undefined): void {
    if (request === undefined || request.nonce === '') return;
    this.#context.meter.countAnswer(typeUrl, request.error === undefined ? 'ACK' : 'NACK');
  }

  onSent(stream: AdsStream, response: Response): void {
    const served = this.#served.get(stream);
    const at = this.#context.now();
    served?.live.recordSent(response, at);
    served?.sentAt.set(response.section, at);
    if (served !== undefined) this.#context.insights.count(served.subscription, response.section, 'responsesSent');
    this.#context.meter.countResponse(xdsTypes[response.section]);
  }

  onAnswer(stream: AdsStream, answer: Answer): void {
    const served = this.#served.get(stream);
    if (served === undefined) return;
    const { live, subscription, sentAt } = served;
    const at = this.#context.now();
    live.recordAnswer(answer, at);
    this.#context.meter.measureDelivery(at - (sentAt.get(answer.section) ?? at));
    const counter = answer.kind === 'acknowledged' ? 'responsesAcknowledged' : 'responsesRejected';
    this.#context.insights.count(subscription, answer.section, counter);
    if (answer.kind === 'rejected') {
      const { mesh, name } = live.proxy;
      const { section, version, message } = answer;
      this.#context.log.error(
        { mesh, dataplane: name, section, version, reason: message },
        'a proxy refused a response',
      );
    }
    // what the answer leads to is sent in the same turn
    queueMicrotask(() => {
      this.#distributor.onProgress(live);
      this.#context.hooks.onAnswer(live.proxy, () => live.isConverged);
    });
  }

  onClose(stream: AdsStream): void {
    const served = this.#served.get(stream);
    if (served === undefined) return;
    const { live, subscription } = served;
    this.#served.delete(stream);
    live.streams.delete(stream);
    this.#context.insights.close(subscription);
    if (live.streams.size === 0) {
      this.#proxies.delete(live.id);
      this.#context.hooks.onDisconnect(live.proxy);
    }
    this.#distributor.onProgress(live);
  }

  #attach(stream: AdsStream, proxy: ConnectingProxy, node: ProxyNode): LiveProxy {
    const id = idOf(proxy);
    const live = this.#proxies.get(id) ?? new LiveProxy(id, proxy, node, this.#context.now());
    this.#proxies.set(id, live);
    live.proxy = proxy;
    live.node = node;
    live.streams.add(stream);
    const subscription = this.#context.insights.open(proxy, readVersion(proxy.metadata, this.#context.kumaVersion));
    this.#served.set(stream, { live, subscription, sentAt: new Map() });
    return live;
  }

  /** Without a certificate nobody may ask the admin from outside. */
  async #certifyAdmin(proxy: ConnectingProxy, { admin, ...node }: ProxyNode): Promise<ProxyNode> {
    if (admin === undefined) return node;
    const adminCertificates = await this.#context.hooks.issueAdminCertificates(proxy);
    return adminCertificates === undefined ? node : { ...node, admin, adminCertificates };
  }
}

/** `mesh.name`; a name may hold dots, a mesh may not (Kuma 2.5). */
export function readNodeId(id: string): ProxyKey | undefined {
  const dot = id.indexOf('.');
  return dot === -1 || dot === id.length - 1 ? undefined : { mesh: id.slice(0, dot), name: id.slice(dot + 1) };
}
