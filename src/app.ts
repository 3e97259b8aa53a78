import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:https';
import { hostname } from 'node:os';

import { fillStore, type FirstResource } from './access/fill-store.js';
import { openKeyring } from './access/key-file.js';
import { loadProxyTokenKeys, loadPublicKeys } from './access/public-keys.js';
import { encryptSecrets } from './access/secret-store.js';
import { buildApi, type Api } from './api/server.js';
import type { ApiContext, ApiLog } from './api/api-context.js';
import { createMetrics, type Metrics } from './diagnostics/metrics.js';
import { startDiagnostics, type DiagnosticsServer } from './diagnostics/server.js';
import { followStore } from './live-world.js';
import type { KeyMaker } from './model/provision.js';
import { noFacets, type ResourceKey } from './model/resource.js';
import { createCertificates, openApiTls } from './open-tls.js';
import { openKeyMaker } from './pki/key-maker.js';
import { encryptedTypes, kinds, policies } from './registry.js';
import { mesh } from './resources/mesh/index.js';
import { composePrometheusService, type PrometheusService } from './serve-prometheus.js';
import { composeProxyService, type ProxyService } from './serve-proxies.js';
import { renderSettings } from './settings/index.js';
import type { Settings } from './settings/index.js';
import type { World } from './snapshot/world.js';
import { openMemoryStore } from './store/memory/index.js';
import { openSqliteStore } from './store/sqlite/index.js';
import { meterStore } from './store/metered-store.js';
import { renderSpec } from './store/spec-text.js';
import type { Count, Store } from './store/store.js';
import { kumaVersion, version } from './version.js';

/** A running server. */
export interface Skein {
  /** Of the API over HTTP, or over HTTPS when that is the only one. */
  readonly apiUrl: string;
  /** Of the API over HTTPS; absent when it is not served. */
  readonly secureApiUrl?: string;
  readonly diagnosticsUrl: string;
  /** Reads certificates again. What is broken stays as it was, and is told in the log. */
  reload(): Promise<void>;
  /** Port that proxies connect to. */
  readonly dpPort: number;
  /** Stops accepting, lets requests finish, closes the store. */
  close(): Promise<void>;
}

/** Certificates that other programs renew are noticed after this many milliseconds at the latest. */
const certificateCheckInterval = 12 * 3_600_000;

export interface StartOptions {
  readonly log: ApiLog;
  /** Makes and checks keys; the one of this process when absent. */
  readonly keyMaker?: KeyMaker;
  /** Milliseconds between pings that tell whether proxies are still there; 15 s (Kuma 2.5) when absent. */
  readonly pingInterval?: number;
}

/** Opens the store, makes what a fresh server has, and binds the ports. Rejects when one of these cannot be had. */
export async function startSkein(settings: Settings, options: StartOptions): Promise<Skein> {
  const started = await composeSkein(settings, options);
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
    const dpPort = await started.proxies.listen();
    await started.prometheus.listen();
    const urls = await listenApi(app, settings.apiServer);
    listening = true;
    const running = diagnostics;
    const checks = setInterval(() => void started.reload(), certificateCheckInterval).unref();
    return {
      ...urls,
      diagnosticsUrl: running.url,
      reload: () => started.reload(),
      dpPort,
      close: async () => {
        listening = false;
        clearInterval(checks);
        // proxies are not kept waiting by a request that takes its time
        await Promise.all([app.close(), started.proxies.close()]);
        await running.close();
        await started.close();
      },
    };
  } catch (error) {
    await app.close();
    await diagnostics?.close();
    await started.close();
    throw error;
  }
}

/** Binds the ports of the API. */
async function listenApi(
  app: Api,
  { http, https }: Settings['apiServer'],
): Promise<Pick<Skein, 'apiUrl' | 'secureApiUrl'>> {
  await app.ready();
  const open = http.enabled
    ? await tellWhere('http', () => app.listen({ host: http.interface, port: http.port }))
    : undefined;
  const { secureServer } = app;
  if (secureServer === undefined) return { apiUrl: open ?? '' };
  const secureApiUrl = await tellWhere('https', () => listenOn(secureServer, https.interface, https.port));
  return { apiUrl: open ?? secureApiUrl, secureApiUrl };
}

async function listenOn(server: Server, host: string, port: number): Promise<string> {
  await once(server.listen({ host, port }), 'listening');
  const address = server.address();
  const bound = typeof address === 'object' ? address?.port : undefined;
  return `https://${host.includes(':') ? `[${host}]` : host}:${bound ?? port}`;
}

/** Names the settings in the error of a port that cannot be bound. */
async function tellWhere(section: 'http' | 'https', listen: () => Promise<string>): Promise<string> {
  try {
    return await listen();
  } catch (cause) {
    const settings = `apiServer.${section}.interface and apiServer.${section}.port`;
    throw new Error(`the API cannot listen where the settings ${settings} say`, { cause });
  }
}

/** The parts of a server, joined but without ports: what tests drive by `inject`. */
export interface Composed {
  readonly app: Api;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly world: () => World;
  /** Reads certificates again. */
  reload(): Promise<void>;
  readonly proxies: ProxyService;
  readonly prometheus: PrometheusService;
  close(): Promise<void>;
}

/** Joins store, snapshots and API. */
export async function composeSkein(
  settings: Settings,
  { log, keyMaker = openKeyMaker(), pingInterval }: StartOptions,
): Promise<Composed> {
  const store = await openStore(settings);
  try {
    const live = await followStore(store);
    const clusterId = await readClusterId(store);
    if (!settings.defaults.skipTenantResources) {
      await fillStore(
        { store, keyMaker, now: currentTime },
        {
          adminToken:
            settings.apiServer.authn.tokens.bootstrapAdminToken && settings.apiServer.authn.tokens.enableIssuer,
          resources: settings.defaults.skipMeshCreation ? [] : [defaultMesh()],
        },
      );
    }
    const about = {
      hostname: hostname(),
      version,
      kumaVersion,
      instanceId: `${hostname()}-${randomUUID().slice(0, 4)}`,
      clusterId,
      mode: settings.mode,
      environment: settings.environment,
      storeType: settings.store.type,
    };
    const metrics = createMetrics({
      revision: () => live.world().revision,
      counts: async () => sumByType(await store.counts()),
      about,
    });
    const { tokens, type: authn } = settings.apiServer.authn;
    const { dpToken } = settings.dpServer.authn.dpProxy;
    const { zoneToken } = settings.dpServer.authn.zoneProxy;
    const certificates = createCertificates(settings, log);
    const tls = settings.apiServer.https.enabled ? await openApiTls(certificates, settings, log) : undefined;
    const metered = meterStore(store, metrics);
    const proxies = composeProxyService({
      settings,
      store: metered,
      world: live.world,
      metrics,
      instanceId: about.instanceId,
      certificates,
      tokenKeys: await loadProxyTokenKeys(dpToken.validator, zoneToken.validator),
      log,
      now: currentTime,
      pingInterval,
    });
    const prometheus = composePrometheusService({ settings, world: live.world, certificates, log });
    live.follow((changes) => {
      proxies.onStoreChanges(changes);
      prometheus.onStoreChanges(changes);
    });
    const context: ApiContext = {
      kinds,
      policies,
      store: metered,
      keyMaker,
      world: live.world,
      liveProxies: proxies.ads,
      proxyAdmin: proxies.admin,
      settings: {
        ...settings.apiServer,
        authn,
        localhostIsAdmin: settings.apiServer.authn.localhostIsAdmin,
        issues: { user: tokens.enableIssuer, dataplane: dpToken.enableIssuer, zone: zoneToken.enableIssuer },
        userTokens: {
          useSecrets: tokens.validator.useSecrets,
          publicKeys: await loadPublicKeys('apiServer.authn.tokens.validator', tokens.validator.publicKeys),
        },
      },
      effectiveSettings: renderSettings(settings),
      about,
      now: currentTime,
      log,
      measureRequest: metrics.measureRequest,
      ...(tls === undefined ? {} : { tls: tls.api }),
    };
    const app = await buildApi(context);
    return {
      app,
      store: metered,
      metrics,
      world: live.world,
      reload: async () => {
        await certificates.reload();
        await tls?.reload();
      },
      proxies,
      prometheus,
      close: async () => {
        await prometheus.close();
        await proxies.close();
        live.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

const currentTime = (): string => new Date().toISOString();

async function openStore({ store: { type, sqlite, secrets, changeLog } }: Settings): Promise<Store> {
  const bounds = { maxRows: changeLog.maxRows, maxAgeMs: changeLog.maxAge };
  // what is lost with the process needs no encryption
  if (type === 'memory') return openMemoryStore({ changeLog: bounds });
  const store = await openSqliteStore({ path: sqlite.path, changeLog: bounds });
  try {
    const hasSecrets = (await store.counts()).some((count) => secretTypes.has(count.type));
    return encryptSecrets(store, openKeyring(secrets, hasSecrets), secretTypes);
  } catch (error) {
    await store.close();
    throw error;
  }
}

const secretTypes: ReadonlySet<string> = new Set(encryptedTypes);

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

/** The mesh that a server starts with. */
function defaultMesh(): FirstResource {
  const key: ResourceKey = { type: 'Mesh', mesh: '', name: 'default' };
  const provisions = mesh.provisions?.({}, key, { mesh: undefined, previous: undefined }) ?? [];
  return { key, spec: {}, provisions };
}

/** The OpenAPI document of this version; needs no store. */
export async function buildOpenApi(settings: Settings): Promise<object> {
  const composed = await composeSkein(
    {
      ...settings,
      store: { ...settings.store, type: 'memory' },
      defaults: { ...settings.defaults, skipTenantResources: true },
      apiServer: { ...settings.apiServer, https: { ...settings.apiServer.https, enabled: false } },
    },
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
