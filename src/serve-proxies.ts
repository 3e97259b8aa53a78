import { verifyDataplaneToken, verifyZoneToken } from './access/verify-proxy-token.js';
import type { ProxyTokenKeys } from './access/public-keys.js';
import type { ApiLog } from './api/api-context.js';
import type { HdsMetrics } from './diagnostics/hds-metrics.js';
import type { XdsMetrics } from './diagnostics/xds-metrics.js';
import { loadRegistry } from './envoy/registry.js';
import type { DataplaneSpec } from './model/dataplane.js';
import { openPlainTls, type Certificates } from './open-tls.js';
import { listHostAddresses } from './pki/server-tls.js';
import { computeProxy, findStale } from './pipeline/compute-proxy.js';
import { computeZoneProxy } from './pipeline/compute-zone-proxy.js';
import { authenticateAs, authenticateProxy, type ProxyAuthentication } from './proxies/authenticate-proxy.js';
import { giveAddresses } from './proxies/give-addresses.js';
import { egressHolder, issueForEgress } from './proxies/identities/egress-identities.js';
import { IdentityReports } from './proxies/identities/identity-reports.js';
import type { ProxyHooks, ProxyKey } from './proxies/proxy-hooks.js';
import { readProxyType } from './proxies/own-resource.js';
import { openProxyAdmin, type ProxyAdmin } from './proxies/proxy-admin.js';
import { Registrations } from './proxies/registrations.js';
import { StreamInsights } from './proxies/stream-insights.js';
import { writeHealth } from './proxies/write-health.js';
import { kinds, policies } from './registry.js';
import { dataplane } from './resources/dataplane/index.js';
import type { Settings } from './settings/index.js';
import { findResource, type World } from './snapshot/world.js';
import type { Change, Store } from './store/store.js';
import { tendProxies, type Tending } from './tend-proxies.js';
import { kumaVersion } from './version.js';
import { AdsService } from './xds/ads-service.js';
import { HdsService } from './xds/health/hds-service.js';
import { startDpServer, type DpServer } from './xds/dp-server.js';

/** What serving proxies needs of the rest of the server. */
export interface ProxyContext {
  readonly settings: Settings;
  readonly store: Store;
  readonly world: () => World;
  readonly metrics: { readonly xds: XdsMetrics; readonly hds: HdsMetrics };
  readonly instanceId: string;
  readonly certificates: Certificates;
  readonly tokenKeys: ProxyTokenKeys;
  readonly log: ApiLog;
  /** The current time in RFC 3339. */
  readonly now: () => string;
  /** Milliseconds between pings of connections; as Kuma 2.5 when absent. */
  readonly pingInterval: number | undefined;
}

/** What is done for proxies, joined but without a port. */
export interface ProxyService {
  readonly ads: AdsService;
  readonly insights: StreamInsights;
  readonly admin: ProxyAdmin;
  /** To be told of every commit, after the world has been. */
  onStoreChanges(changes: readonly Change[]): void;
  /** Binds the port that proxies connect to; resolves with its number. */
  listen(): Promise<number>;
  /** Sends all proxies away: they keep what they have and look for another server. What is known of them is stored. */
  close(): Promise<void>;
}

/** Milliseconds in which proxies that were connected to a server before this one may come back and stay online. */
const returnTime = 60_000;

/** Joins authentication, registration, delivery and insights. */
export function composeProxyService(context: ProxyContext): ProxyService {
  const { settings, store, world, log, now } = context;
  const registrations = makeRegistrations(context);
  const insights = new StreamInsights({
    store,
    world,
    instanceId: context.instanceId,
    now,
    flushInterval: settings.xdsServer.dataplaneStatusFlushInterval,
    onError: (error) => {
      log.error({ err: error }, 'what is known of proxies could not be stored');
    },
  });
  const needsToken = listWhoNeedsToken(settings);
  const tending = tendProxies({
    settings,
    store,
    world,
    log,
    needsToken,
    onChange: (mesh, name) => void ads.refresh(ads.listProxies().filter((key) => isConcerned(key, mesh, name))),
    onTokensChange: (concerns) => {
      void ads.authenticateAgain(concerns);
      void hds.authenticateAgain(concerns);
    },
  });
  const identities = new IdentityReports(tending.issuer, insights);
  const hooks = makeHooks(context, { registrations, tending, needsToken, identities });
  const hds: HdsService = makeHds(context, hooks);
  const ads: AdsService = new AdsService({
    world,
    compute: (snapshot, dataplane, node) => computeProxy(snapshot, dataplane, policies, node).resources,
    computeZoneProxy: (current, proxy, node) => computeZoneProxy(current, proxy, node, policies),
    findStale: (before, after) => findStale(before, after, policies),
    prepare: (mesh) => giveAddresses({ store, world, now }, mesh),
    kumaVersion,
    hooks,
    insights,
    meter: context.metrics.xds,
    now: Date.now,
    log,
  });
  context.metrics.xds.countStreams(() => ads.streams);
  context.metrics.hds.countStreams(() => hds.streams);
  const returning = setTimeout(() => {
    insights.closeAbandoned();
  }, returnTime).unref();
  let stop: (() => Promise<void>) | undefined;
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearTimeout(returning);
    registrations.close();
    tending.close();
    ads.close();
    await stop?.();
    await insights.flush();
  };
  return {
    ads,
    insights,
    admin: openProxyAdmin({
      world,
      liveProxies: ads,
      certificate: () => tending.adminCertificates.client(),
      ownAddresses: listHostAddresses,
    }),
    onStoreChanges: (changes) => {
      tending.onStoreChanges(changes);
      identities.onStoreChanges(changes);
      hds.onChange(changes.map(({ key }) => key));
      ads.onWorldChange();
    },
    listen: async () => {
      // reading it takes a tenth of a second, which no proxy should wait for
      loadRegistry();
      const tls = await context.certificates.open(settings.dpServer);
      const limited = await openPlainTls(context.certificates, settings, settings.dpServer, log);
      const server: DpServer = await startDpServer({
        host: settings.dpServer.interface,
        port: settings.dpServer.port,
        tls: limited.current(),
        methods: new Map([...ads.methods, ...(settings.dpServer.hds.enabled ? hds.methods : [])]),
        http: tending.serveHttp(
          () => tls.current(),
          () => server.port,
        ),
        pingInterval: context.pingInterval,
      });
      limited.follow((next) => {
        server.useTls(next);
      });
      stop = () => server.close();
      return server.port;
    },
    close: () => (closing ??= close()),
  };
}

const isConcerned = (proxy: ProxyKey, mesh?: string, name?: string): boolean =>
  // of all meshes
  proxy.proxyType === 'egress' ||
  ((mesh === undefined || mesh === proxy.mesh) && (name === undefined || name === proxy.name));

function listWhoNeedsToken({ dpServer }: Settings): ProxyAuthentication['needsToken'] {
  const { dpProxy, zoneProxy } = dpServer.authn;
  const isZoneChecked = zoneProxy.type !== 'none';
  return { dataplane: dpProxy.type !== 'none', ingress: isZoneChecked, egress: isZoneChecked };
}

function makeRegistrations({ settings, store, instanceId, now, log }: ProxyContext): Registrations {
  return new Registrations({
    store,
    now,
    kinds,
    instanceId,
    delay: settings.xdsServer.dataplaneDeregistrationDelay,
    schedule: (callback, milliseconds) => {
      const timer = setTimeout(callback, milliseconds).unref();
      return () => {
        clearTimeout(timer);
      };
    },
    onError: (error, key) => {
      log.error({ err: error, ...key }, 'the resource of a proxy that has gone could not be deleted');
    },
  });
}

function makeHds({ settings, store, world, metrics, now, log }: ProxyContext, hooks: ProxyHooks): HdsService {
  const keyOf = ({ mesh, name }: ProxyKey) => ({ type: 'Dataplane', mesh, name });
  return new HdsService({
    settings: settings.dpServer.hds,
    meter: metrics.hds,
    authenticate: (proxy) => hooks.authenticate(proxy),
    findDataplane: (key) => findResource(world(), keyOf(key))?.spec as DataplaneSpec | undefined,
    writeHealth: (key, report) => writeHealth({ store, now }, dataplane, keyOf(key), report),
    onError: (error, { mesh, name }) => {
      log.error({ err: error, mesh, dataplane: name }, 'the health of a workload could not be stored');
    },
  });
}

interface HookParts {
  readonly registrations: Registrations;
  readonly tending: Tending;
  readonly needsToken: ProxyAuthentication['needsToken'];
  readonly identities: IdentityReports;
}

function makeHooks(
  { store, world, now, log, tokenKeys }: ProxyContext,
  { registrations, tending, needsToken, identities }: HookParts,
): ProxyHooks {
  const authentication: ProxyAuthentication = {
    kinds,
    needsToken,
    verify: (token, claim) =>
      claim.type === 'dataplane'
        ? verifyDataplaneToken(store, token, claim, now(), tokenKeys.dataplane(claim.mesh))
        : verifyZoneToken(store, token, { type: claim.type, zone: '' }, now(), tokenKeys.zone),
    findSpec: async (key) => findResource(world(), key)?.spec,
  };
  return {
    authenticate: (proxy) => authenticateProxy(authentication, proxy, proxy.credential),
    register: (proxy) =>
      registrations.register(proxy, async (previous) => {
        const type = readProxyType(proxy);
        if (!type.ok) return type;
        return authenticateAs(
          authentication,
          { type: type.value, mesh: proxy.mesh, name: proxy.name, spec: previous.spec },
          proxy.credential,
        );
      }),
    onDisconnect: (proxy) => {
      registrations.onDisconnect(proxy);
      if (proxy.proxyType !== 'egress') tending.issuer.release(proxy);
      else for (const mesh of world().meshes.keys()) tending.issuer.release(egressHolder(mesh, proxy.name));
      identities.release(proxy);
    },
    issueSecrets: (proxy, secrets) =>
      proxy.proxyType === 'egress'
        ? issueForEgress((holder, own) => tending.issuer.issueSecrets(holder, own), proxy.name, secrets)
        : tending.issuer.issueSecrets(proxy, secrets),
    issueAdminCertificates: async (proxy) => {
      try {
        return await tending.certifyAdmin(proxy);
      } catch (error) {
        const { mesh, name } = proxy;
        log.error({ err: error, mesh, name }, 'the admin of a proxy gets no certificate');
        return undefined;
      }
    },
    onAnswer: (proxy, hasAll) => {
      identities.report(proxy, hasAll);
    },
  };
}
