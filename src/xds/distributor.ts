import type { EnvoyResources } from '../envoy/envoy-resources.js';
import { keepEqual } from '../pipeline/keep-equal.js';
import { dataplaneOf, meshOf } from '../snapshot/mesh-snapshot.js';
import type { World } from '../snapshot/world.js';
import type { AdsContext } from './ads-context.js';
import { coalesce, takeTurns, type Coalesced } from './coalesce.js';
import { encodeTarget } from './codec/encode-target.js';
import type { LiveProxy } from './live-proxy.js';
import type { Target } from './stream-state.js';

/** Milliseconds between two pushes to one proxy: a second in which all changes has five at most, late ones included. */
const pushInterval = 300;
/** Milliseconds of computing after which others get a turn. */
const turnLength = 10;

/** The proxies that a change concerns and that have not yet answered what it led to. */
interface Wave {
  readonly since: number;
  readonly waiting: Set<LiveProxy>;
}

/** What a proxy shall have: as the pipeline makes it, and encoded, with its secrets. */
interface Made {
  readonly resources: EnvoyResources;
  readonly target: Target;
}

/**
 * Brings connected proxies what the newest world means for them. A change goes out at once after a quiet time, more of
 * them together; a proxy whose configuration cannot be made keeps what it has, and hurts no other.
 */
export class Distributor {
  readonly #context: AdsContext;
  readonly #proxies: ReadonlyMap<string, LiveProxy>;
  readonly #runs: Coalesced;
  /** The meshes as they were when their proxies were last computed. */
  #done: World['meshes'];
  /** When the first change happened that has not been distributed. */
  #changedAt: number | undefined;
  readonly #waves = new Set<Wave>();
  /** Many proxies that connect at once are served one after another. */
  #connecting: Promise<void> = Promise.resolve();
  readonly #giveTurn = takeTurns(turnLength);

  constructor(context: AdsContext, proxies: ReadonlyMap<string, LiveProxy>) {
    this.#context = context;
    this.#proxies = proxies;
    this.#done = context.world().meshes;
    this.#runs = coalesce(pushInterval, () => this.#distribute());
  }

  /** The world has changed. */
  onChange(): void {
    this.#changedAt ??= this.#context.now();
    this.#runs.ask();
  }

  stop(): void {
    this.#runs.stop();
  }

  /** Something that a proxy shall have was answered, or the proxy has gone. */
  onProgress(live: LiveProxy): void {
    for (const wave of this.#waves) {
      if (!wave.waiting.has(live) || !live.isConverged) continue;
      wave.waiting.delete(live);
      if (wave.waiting.size > 0) continue;
      this.#waves.delete(wave);
      this.#context.meter.measureConvergence((this.#context.now() - wave.since) / 1000);
    }
  }

  /** Makes what a proxy shall have and tells its streams; resolves when that is done. */
  async update(live: LiveProxy, changedAt: number): Promise<void> {
    await this.#context.prepare(live.proxy.mesh);
    let pending: Promise<void> | undefined;
    this.#connecting = this.#connecting.then(this.#giveTurn).then(() => {
      pending = this.#update(live, changedAt, undefined);
    });
    await this.#connecting;
    await pending;
  }

  /** What a proxy is about to be told, as far as it can be made. */
  async preview(live: LiveProxy): Promise<Target | undefined> {
    await this.#context.prepare(live.proxy.mesh);
    try {
      return (await this.#make(live)).target;
    } catch {
      // the reason shows as soon as it was tried for the proxy
      return live.target;
    }
  }

  async #distribute(): Promise<void> {
    const since = this.#changedAt ?? this.#context.now();
    this.#changedAt = undefined;
    const before = this.#done;
    await this.#prepare(before);
    const { meshes } = this.#context.world();
    this.#done = meshes;
    const wave: Wave = { since, waiting: new Set() };
    this.#waves.add(wave);
    const giveTurn = takeTurns(turnLength);
    const isStale = this.#findStale(before, meshes);
    for (const live of [...this.#proxies.values()]) {
      await giveTurn();
      if (!isStale(live)) continue;
      const pending = this.#update(live, since, wave);
      // what waits for secrets must not hold up the others
      pending?.catch(() => undefined);
    }
    if (wave.waiting.size === 0) this.#waves.delete(wave);
  }

  async #prepare(before: World['meshes']): Promise<void> {
    const { world, prepare } = this.#context;
    for (const mesh of new Set([...this.#proxies.values()].map(({ proxy }) => proxy.mesh)))
      if (world().meshes.get(mesh) !== before.get(mesh)) await prepare(mesh);
  }

  /** Which proxies may have to do something else, or are such that nobody knows what they would have to do. */
  #findStale(before: World['meshes'], after: World['meshes']): (live: LiveProxy) => boolean {
    const { findStale, world } = this.#context;
    const ofMesh = new Map<string, (name: string) => boolean>();
    for (const [name, snapshot] of after) {
      const old = before.get(name);
      if (old === snapshot) ofMesh.set(name, () => false);
      if (old === undefined || old === snapshot) continue;
      const isStale = findStale(old, snapshot);
      ofMesh.set(name, (dataplane) => isStale(dataplane, world().meshes.get(name) ?? snapshot));
    }
    return ({ failure, proxy: { mesh, name, proxyType } }) =>
      // what zone proxies do is little, and of all meshes
      failure !== undefined || proxyType !== undefined || (ofMesh.get(mesh)?.(name) ?? true);
  }

  /** Undefined when all was done at once. */
  #update(live: LiveProxy, changedAt: number, wave: Wave | undefined): Promise<void> | undefined {
    const begin = performance.now();
    const turn = ++live.turn;
    const settle = (made: Made): void => {
      if (turn !== live.turn) return;
      live.resources = made.resources;
      live.failure = undefined;
      // before it is told, since answers may come at once
      wave?.waiting.add(live);
      const isNew = live.setTarget(made.target, changedAt);
      if (!isNew || live.streams.size === 0) wave?.waiting.delete(live);
      const { proxyType = 'dataplane' } = live.proxy;
      this.#context.meter.measureGeneration(proxyType, isNew ? 'changed' : 'generated', performance.now() - begin);
    };
    const fail = (error: unknown): void => {
      if (turn === live.turn) this.#fail(live, error);
    };
    try {
      const made = this.#make(live);
      if (made instanceof Promise) return made.then(settle).catch(fail);
      settle(made);
    } catch (error) {
      fail(error);
    }
    return undefined;
  }

  /** A promise where secrets have to be issued. Throws, or rejects, when it cannot be made. */
  #make(live: LiveProxy): Made | Promise<Made> {
    const resources = this.#compute(live);
    if (resources === live.resources && live.target !== undefined) return { resources, target: live.target };
    if (resources.secrets.size === 0) return { resources, target: encodeTarget(resources) };
    const withSecrets = (secrets: EnvoyResources['secrets']): Made => ({
      resources,
      target: encodeTarget({ ...resources, secrets }),
    });
    const issued = this.#context.hooks.issueSecrets(live.proxy, resources.secrets);
    return issued instanceof Promise ? issued.then(withSecrets) : withSecrets(issued);
  }

  #compute({ proxy, node, resources }: LiveProxy): EnvoyResources {
    if (proxy.proxyType !== undefined) {
      const made = this.#context.computeZoneProxy(this.#context.world(), proxy, node);
      return resources === undefined ? made : keepEqual(resources, made);
    }
    const snapshot = this.#context.world().meshes.get(proxy.mesh);
    const dataplane = snapshot && meshOf(snapshot) && dataplaneOf(snapshot, proxy.name);
    if (snapshot === undefined || dataplane === undefined)
      throw new Error(`there is no Dataplane ${proxy.name} in the mesh ${proxy.mesh} any more`);
    return this.#context.compute(snapshot, dataplane, node);
  }

  #fail(live: LiveProxy, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (live.failure?.message !== message) {
      const { mesh, name } = live.proxy;
      this.#context.log.error({ err: error, mesh, dataplane: name }, 'the configuration of a proxy cannot be made');
    }
    live.failure = { message, at: this.#context.now() };
    this.#context.meter.countGenerationError();
  }
}
