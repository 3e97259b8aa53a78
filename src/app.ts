import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

import { buildApi, type Api } from './api/server.js';
import type { ApiContext, ApiLog } from './api/api-context.js';
import { companionOperations } from './api/companion-operations.js';
import { renderSpec } from './api/render.js';
import { createMetrics, type Metrics } from './diagnostics/metrics.js';
import { startDiagnostics, type DiagnosticsServer } from './diagnostics/server.js';
import { noFacets, type Resource, type ResourceKey } from './model/resource.js';
import { kinds, policies } from './registry.js';
import { renderSettings } from './settings/index.js';
import type { Settings } from './settings/index.js';
import { emptyWorld, nextWorld, type World, type WorldChange } from './snapshot/world.js';
import { openMemoryStore } from './store/memory/index.js';
import { openSqliteStore } from './store/sqlite/index.js';
import { meterStore } from './store/metered-store.js';
import type { Change, Count, Store, StoredResource } from './store/store.js';
import { kumaVersion, version } from './version.js';

/** A running server. */
export interface Skein {
  readonly apiUrl: string;
  readonly diagnosticsUrl: string;
  /** Stops accepting, lets requests finish, closes the store. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly log: ApiLog;
}

/** Opens the store, makes what a fresh server has, and binds the ports. Rejects when one of these cannot be had. */
export async function startSkein(settings: Settings, { log }: StartOptions): Promise<Skein> {
  const started = await composeSkein(settings, { log });
  const { app, store, metrics } = started;
  let diagnostics: DiagnosticsServer | undefined;
  let listening = false;
  try {
    diagnostics = await startDiagnostics(
      { host: settings.diagnostics.interface, port: settings.diagnostics.serverPort },
      {
        checkReady: async () => {
          if (!listening) throw new Error('the API does not listen (yet, or any more)');
          await store.ping();
        },
        renderMetrics: async () => ({ contentType: metrics.contentType, text: await metrics.render() }),
      },
    );
    const apiUrl = await app.listen({ host: settings.apiServer.http.interface, port: settings.apiServer.http.port });
    listening = true;
    const running = diagnostics;
    return {
      apiUrl,
      diagnosticsUrl: running.url,
      close: async () => {
        listening = false;
        await app.close();
        await running.close();
        await started.close();
      },
    };
  } catch (error) {
    await diagnostics?.close();
    await started.close();
    throw error;
  }
}

/** The parts of a server, joined but without ports: what tests drive by `inject`. */
export interface Composed {
  readonly app: Api;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly world: () => World;
  close(): Promise<void>;
}

/** Joins store, snapshots and API. */
export async function composeSkein(settings: Settings, { log }: StartOptions): Promise<Composed> {
  const store = await openStore(settings);
  try {
    const live = await followStore(store);
    const clusterId = await readClusterId(store);
    if (!settings.defaults.skipMeshCreation) await createDefaultMesh(store);
    const about = {
      hostname: hostname(),
      version,
      kumaVersion,
      instanceId: `${hostname()}-${randomUUID().slice(0, 4)}`,
      clusterId,
    };
    const metrics = createMetrics({
      revision: () => live.world().revision,
      counts: async () => sumByType(await store.counts()),
      about,
    });
    const metered = meterStore(store, metrics);
    const context: ApiContext = {
      kinds,
      policies,
      store: metered,
      world: live.world,
      settings: { ...settings.apiServer, localhostIsAdmin: settings.apiServer.authn.localhostIsAdmin },
      effectiveSettings: renderSettings(settings),
      about,
      now: () => new Date().toISOString(),
      log,
      measureRequest: metrics.measureRequest,
    };
    const app = await buildApi(context);
    return {
      app,
      store: metered,
      metrics,
      world: live.world,
      close: async () => {
        live.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

const openStore = (settings: Settings): Promise<Store> => {
  const { type, sqlite } = settings.store;
  const changeLog = { maxRows: settings.store.changeLog.maxRows, maxAgeMs: settings.store.changeLog.maxAge };
  switch (type) {
    case 'memory':
      return Promise.resolve(openMemoryStore({ changeLog }));
    case 'sqlite':
      return openSqliteStore({ path: sqlite.path, changeLog });
  }
};

/** Keeps the world at the newest commit. The store tells of a commit before the writer hears of it. */
async function followStore(store: Store): Promise<{ readonly world: () => World; readonly stop: () => void }> {
  for (;;) {
    const contents = await store.readAll();
    let world = nextWorld(
      emptyWorld,
      contents.resources.map((stored) => toWorldChange(stored.revision, stored, stored)),
    );
    world = { ...world, revision: contents.revision };
    const watch = await store.watch(contents.revision, (changes) => {
      world = nextWorld(world, changes.flatMap(toWorldChanges));
    });
    // the log was trimmed beyond what was just read: read again
    if (watch.ok) return { world: () => world, stop: watch.value };
  }
}

/** A change whose resource is superseded says nothing yet; the later change does. */
function toWorldChanges(change: Change): readonly WorldChange[] {
  if (change.op === 'delete') return [toWorldChange(change.revision, change.key, undefined)];
  return change.resource === undefined ? [] : [toWorldChange(change.revision, change.key, change.resource)];
}

function toWorldChange(
  revision: number,
  { type, mesh, name }: ResourceKey,
  stored: StoredResource | undefined,
): WorldChange {
  return { revision, key: { type, mesh, name }, resource: stored && parseStored(stored) };
}

const parseStored = (stored: StoredResource): Resource => ({ ...stored, spec: JSON.parse(stored.spec) as unknown });

/** Totals of all types, also of those of which there are none. */
function sumByType(counts: readonly Count[]): ReadonlyMap<string, number> {
  const sums = new Map(kinds.map(({ type }) => [type, 0]));
  for (const { type, total } of counts) sums.set(type, (sums.get(type) ?? 0) + total);
  return sums;
}

/** The id of this cluster of control planes: made once, kept in the store. Of two instances at once the first wins. */
async function readClusterId(store: Store): Promise<string> {
  const key: ResourceKey = { type: 'Config', mesh: '', name: 'kuma-cluster-id' };
  const known = await store.get(key);
  if (known !== undefined) return (JSON.parse(known.spec) as { readonly config: string }).config;
  const time = new Date().toISOString();
  const spec = renderSpec({ config: randomUUID() });
  await store.transact({
    preconditions: [],
    operations: [{ op: 'put', key, spec, facets: noFacets, ownedByMesh: false, time, expected: { state: 'absent' } }],
  });
  return readClusterId(store);
}

/** A server that has never had the mesh `default` in its store starts with it; deleted, it comes back at the next start. */
async function createDefaultMesh(store: Store): Promise<void> {
  const key: ResourceKey = { type: 'Mesh', mesh: '', name: 'default' };
  if ((await store.get(key)) !== undefined) return;
  const time = new Date().toISOString();
  const spec = {};
  await store.transact({
    preconditions: [],
    operations: [
      {
        op: 'put',
        key,
        spec: renderSpec(spec),
        facets: noFacets,
        ownedByMesh: false,
        time,
        expected: { state: 'absent' },
      },
      ...companionOperations(kinds, { key, spec, time }),
    ],
  });
}

/** The OpenAPI document of this version; needs no store. */
export async function buildOpenApi(settings: Settings): Promise<object> {
  const composed = await composeSkein(
    { ...settings, store: { ...settings.store, type: 'memory' } },
    { log: silentLog },
  );
  try {
    await composed.app.ready();
    return composed.app.swagger();
  } finally {
    await composed.app.close();
    await composed.close();
  }
}

const silentLog: ApiLog = { info: () => undefined, error: () => undefined };
