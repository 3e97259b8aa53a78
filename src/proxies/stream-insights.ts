import { randomUUID } from 'node:crypto';

import type { XdsSection } from '../envoy/type-urls.js';
import { enabledAuthority, type MeshAuthorities } from '../model/certificate-authority.js';
import type { DataplaneInsight } from '../model/insight.js';
import { noFacets, type Resource, type ResourceKey } from '../model/resource.js';
import { meshOf, resourcesByName } from '../snapshot/mesh-snapshot.js';
import { findResource, type World } from '../snapshot/world.js';
import { renderSpec } from '../store/spec-text.js';
import type { Operation, Store } from '../store/store.js';
import { idOf } from './delivery.js';
import type { ProxyKey } from './proxy-hooks.js';
import type { ProxyVersion } from './read-node.js';
import { proxyOf, resourceTypeOf } from './read-proxy-resource.js';

export type Counter = 'responsesSent' | 'responsesAcknowledged' | 'responsesRejected';

type Subscription = NonNullable<DataplaneInsight['subscriptions']>[number];
type Identity = NonNullable<DataplaneInsight['mTLS']>;
type Counts = Partial<Record<Counter, number>>;

/** A stream as the insight of its proxy shows it, while it lives. */
export interface OpenSubscription {
  readonly key: ProxyKey;
  readonly id: string;
  readonly connectTime: string;
  readonly version: ProxyVersion | undefined;
  readonly counts: Map<XdsSection | 'total', Counts>;
  disconnectTime?: string;
  /** Milliseconds since 1970. */
  lastUpdate?: number;
}

export interface StreamInsightsContext {
  readonly store: Pick<Store, 'transact'>;
  readonly world: () => World;
  /** Id of this server. */
  readonly instanceId: string;
  /** The current time in RFC 3339. */
  readonly now: () => string;
  /** Milliseconds between two writes of counters. */
  readonly flushInterval: number;
  readonly onError: (error: unknown) => void;
}

/** Milliseconds in which streams that begin or end are written together. */
const gatherTime = 50;
/** How many proxies are written with one transaction; a write of somebody else waits for one of them at most. */
const batchSize = 50;
/** How many streams of a proxy are kept (Kuma 2.5: 2). */
const maxSubscriptions = 2;

/**
 * Keeps the insights of connected proxies: streams, counters, versions and identities. The only writer of them
 * in this process. Beginnings and ends are written at once, counters now and then, many proxies in one transaction.
 */
export class StreamInsights {
  readonly #context: StreamInsightsContext;
  /** Proxies that are to be written, with the streams of each that are not yet over. */
  readonly #subscriptions = new Map<string, Set<OpenSubscription>>();
  readonly #identities = new Map<string, Identity | undefined>();
  readonly #dirty = new Map<string, ProxyKey>();
  #timer: { readonly at: number; readonly handle: NodeJS.Timeout } | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(context: StreamInsightsContext) {
    this.#context = context;
  }

  /** A stream has begun. */
  open(key: ProxyKey, version: ProxyVersion | undefined): OpenSubscription {
    const subscription: OpenSubscription = {
      key,
      id: randomUUID(),
      connectTime: this.#context.now(),
      version,
      counts: new Map(),
    };
    const own = this.#subscriptions.get(idOf(key)) ?? new Set();
    own.add(subscription);
    this.#subscriptions.set(idOf(key), own);
    this.#touch(key, gatherTime);
    return subscription;
  }

  /** A response was sent or answered. */
  count(subscription: OpenSubscription, section: XdsSection, counter: Counter): void {
    countOne(subscription, section, counter);
    countOne(subscription, 'total', counter);
    subscription.lastUpdate = Date.now();
    this.#touch(subscription.key, this.#context.flushInterval);
  }

  /** A stream has ended. */
  close(subscription: OpenSubscription): void {
    subscription.disconnectTime = this.#context.now();
    this.#touch(subscription.key, gatherTime);
  }

  /** What is known of the identity of a proxy; undefined when it has none. */
  setIdentity(key: ProxyKey, identity: Identity | undefined): void {
    this.#identities.set(idOf(key), identity);
    this.#touch(key, gatherTime);
  }

  /** Streams of servers that are no more are over. To be called when the others had time to come back. */
  closeAbandoned(): void {
    const { meshes, globals } = this.#context.world();
    for (const snapshot of meshes.values()) this.#touchOpen('Dataplane', resourcesByName(snapshot, 'DataplaneInsight'));
    for (const type of ['ZoneIngress', 'ZoneEgress']) this.#touchOpen(type, globals.get(`${type}Insight`) ?? new Map());
  }

  /** Writes what is to be written now. */
  flush(): Promise<void> {
    clearTimeout(this.#timer?.handle);
    this.#timer = undefined;
    const keys = [...this.#dirty.values()];
    this.#dirty.clear();
    this.#writing = this.#writing.then(() => this.#write(keys));
    return this.#writing;
  }

  #touchOpen(type: string, insights: ReadonlyMap<string, Resource>): void {
    for (const { mesh, name, spec } of insights.values())
      if ((spec as DataplaneInsight).subscriptions?.some(({ disconnectTime }) => disconnectTime === undefined))
        this.#touch(proxyOf({ type, mesh, name }), gatherTime);
  }

  #touch(key: ProxyKey, within: number): void {
    const id = idOf(key);
    // counters change often, and are to be written already
    if (within > gatherTime && this.#timer !== undefined && this.#dirty.has(id)) return;
    this.#dirty.set(id, key);
    const at = performance.now() + within;
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    clearTimeout(this.#timer?.handle);
    const handle = setTimeout(() => void this.flush(), within);
    handle.unref();
    this.#timer = { at, handle };
  }

  async #write(keys: readonly ProxyKey[]): Promise<void> {
    for (let from = 0; from < keys.length; from += batchSize) {
      const operations = keys.slice(from, from + batchSize).flatMap((key) => this.#operationOf(key));
      if (operations.length === 0) continue;
      try {
        await this.#context.store.transact({ preconditions: [], operations });
      } catch (error) {
        this.#context.onError(error);
      }
    }
  }

  #operationOf(key: ProxyKey): Operation[] {
    const world = this.#context.world();
    const { mesh, name, proxyType = 'dataplane' } = key;
    const resourceKey: ResourceKey = { type: resourceTypeOf(proxyType), mesh, name };
    const insightKey: ResourceKey = { type: `${resourceKey.type}Insight`, mesh, name };
    const own = [...(this.#subscriptions.get(idOf(key)) ?? [])];
    this.#forgetEnded(key, own);
    // an insight goes with its resource
    if (findResource(world, resourceKey) === undefined) return [];
    const stored = findResource(world, insightKey)?.spec as DataplaneInsight | undefined;
    const spec = this.#merge(key, stored ?? {}, own);
    const time = this.#context.now();
    const expected = { state: 'any' } as const;
    const ownedByMesh = mesh !== '';
    return [{ op: 'put', key: insightKey, spec: renderSpec(spec), facets: noFacets, ownedByMesh, time, expected }];
  }

  #forgetEnded(key: ProxyKey, own: readonly OpenSubscription[]): void {
    const open = own.filter(({ disconnectTime }) => disconnectTime === undefined);
    if (open.length === 0) this.#subscriptions.delete(idOf(key));
    else this.#subscriptions.set(idOf(key), new Set(open));
  }

  #merge(key: ProxyKey, stored: DataplaneInsight, own: readonly OpenSubscription[]): DataplaneInsight {
    const { instanceId, now, world } = this.#context;
    const ids = new Set(own.map(({ id }) => id));
    const earlier = (stored.subscriptions ?? [])
      .filter(({ id }) => !ids.has(id ?? ''))
      // of an earlier stream the end is known as soon as there is a later one, or its server has gone
      .map((each) => (each.disconnectTime === undefined ? { ...each, disconnectTime: now() } : each));
    const subscriptions = [...earlier, ...own.map((each) => render(each, instanceId, now()))].slice(-maxSubscriptions);
    const id = idOf(key);
    const known = this.#identities.has(id) ? this.#identities.get(id) : stored.mTLS;
    this.#identities.delete(id);
    // mTLS may have ended while the proxy was away
    const mTLS = isMutual(world(), key.mesh) ? known : undefined;
    return { subscriptions, ...(mTLS === undefined ? {} : { mTLS }) };
  }
}

function isMutual({ meshes }: World, mesh: string): boolean {
  const snapshot = meshes.get(mesh);
  const stored = snapshot && meshOf(snapshot);
  return stored !== undefined && enabledAuthority(stored.spec as MeshAuthorities) !== undefined;
}

function countOne({ counts }: OpenSubscription, of: XdsSection | 'total', counter: Counter): void {
  const known = counts.get(of);
  if (known === undefined) counts.set(of, { [counter]: 1 });
  else known[counter] = (known[counter] ?? 0) + 1;
}

const shownSections = { cds: 'clusters', eds: 'endpoints', lds: 'listeners', rds: 'routes' } as const;

/** Milliseconds in which a stream comes into its next generation (Kuma 2.5). */
const generationTime = 150_000;

function render(each: OpenSubscription, controlPlaneInstanceId: string, now: string): Subscription {
  const show = (section: XdsSection | 'total') =>
    Object.fromEntries(Object.entries(each.counts.get(section) ?? {}).map(([name, count]) => [name, String(count)]));
  const generation = Math.floor((Date.parse(now) - Date.parse(each.connectTime)) / generationTime);
  return {
    id: each.id,
    controlPlaneInstanceId,
    connectTime: each.connectTime,
    ...(generation > 0 ? { generation } : {}),
    ...(each.disconnectTime === undefined ? {} : { disconnectTime: each.disconnectTime }),
    status: {
      ...(each.lastUpdate === undefined ? {} : { lastUpdateTime: new Date(each.lastUpdate).toISOString() }),
      total: show('total'),
      ...Object.fromEntries(Object.entries(shownSections).map(([name, section]) => [name, show(section)])),
    },
    ...(each.version === undefined ? {} : { version: each.version }),
  };
}
