import { lookup } from 'node:dns/promises';
import { tmpdir } from 'node:os';

import { loadAuthority } from './access/load-authority.js';
import type { ApiLog } from './api/api-context.js';
import type { ServerCertificate } from './pki/server-certificate.js';
import { readHosts } from './pki/read-certificate.js';
import { AdminCertificates, type AdminCertificate } from './proxies/admin-certificates.js';
import { findTokenOwners, type ProxyAuthentication } from './proxies/authenticate-proxy.js';
import { describeProxy } from './proxies/describe-proxy.js';
import { IdentityIssuer } from './proxies/identities/identity-issuer.js';
import { readProxyType, type AskingProxy } from './proxies/own-resource.js';
import type { ProxyKey } from './proxies/proxy-hooks.js';
import { resourceTypeOf } from './proxies/read-proxy-resource.js';
import { findLongOffline, removeLongOffline } from './proxies/remove-offline.js';
import { kinds } from './registry.js';
import type { Settings } from './settings/index.js';
import { findResource, type World } from './snapshot/world.js';
import type { Change, Store } from './store/store.js';
import { answerBootstrap, type BootstrapContext } from './xds/bootstrap/answer-bootstrap.js';
import { serveBootstrap } from './xds/bootstrap/serve-bootstrap.js';
import type { HttpHandler } from './xds/dp-server.js';

/** What tending proxies needs of the rest of the server. */
export interface TendingContext {
  readonly settings: Settings;
  readonly store: Store;
  readonly world: () => World;
  readonly log: ApiLog;
  readonly needsToken: ProxyAuthentication['needsToken'];
  /** Told when what proxies have is to be made anew: of one, or of all of a mesh, or of all. */
  readonly onChange: (mesh?: string, name?: string) => void;
  /** Told whose tokens may no longer be good. */
  readonly onTokensChange: (concerns: (proxy: ProxyKey) => boolean) => void;
}

/** What is done for proxies besides delivering to them. */
export interface Tending {
  readonly issuer: IdentityIssuer;
  readonly adminCertificates: AdminCertificates;
  /** What the admin of a proxy proves itself with, at the addresses of its resource. */
  certifyAdmin(proxy: AskingProxy): Promise<AdminCertificate>;
  /** Serves what proxies ask over HTTP, given the server's certificate and port. */
  serveHttp(certificate: () => ServerCertificate, port: () => number): HttpHandler;
  /** To be told of every commit, after the world has been. */
  onStoreChanges(changes: readonly Change[]): void;
  close(): void;
}

/** Joins the bootstrap, the issue of certificates, and the removal of proxies that are gone for long. */
export function tendProxies(context: TendingContext): Tending {
  const { store, world, log } = context;
  const onError = (error: unknown, fields: object): void => {
    log.error({ err: error, ...fields }, 'what belongs to a proxy could not be kept in order');
  };
  const issuer = new IdentityIssuer({
    store,
    world,
    loadAuthority: (mesh, backend) => loadAuthority(store, mesh, backend),
    now: Date.now,
    schedule,
    onChange: context.onChange,
    onError,
  });
  const adminCertificates = new AdminCertificates(store, Date.now);
  const stopRemoving = removeRegularly(context, onError);
  return {
    issuer,
    adminCertificates,
    certifyAdmin: (proxy) => {
      const type = readProxyType(proxy);
      const key = { type: resourceTypeOf(type.ok ? type.value : 'dataplane'), mesh: proxy.mesh, name: proxy.name };
      return adminCertificates.of(key, listAddresses(findResource(world(), key)?.spec));
    },
    serveHttp: (certificate, port) => {
      const bootstrap = makeBootstrapContext(context, certificate, port);
      return serveBootstrap((call) => answerBootstrap(bootstrap, call));
    },
    onStoreChanges: (changes) => {
      issuer.onStoreChanges(changes);
      if (adminCertificates.onStoreChanges(changes)) context.onChange();
      for (const { key } of changes) {
        const owners = findTokenOwners(key);
        if (owners === undefined) continue;
        context.onTokensChange(({ mesh }) => (owners.of === 'mesh' ? mesh === owners.mesh : mesh === ''));
      }
    },
    close: () => {
      issuer.close();
      stopRemoving();
    },
  };
}

interface Addressed {
  readonly networking?: { readonly address?: string; readonly advertisedAddress?: string };
}

/** Those under which a proxy is reached, each once. */
function listAddresses(spec: unknown): readonly string[] {
  const { address = '', advertisedAddress = '' } = (spec as Addressed | undefined)?.networking ?? {};
  return [...new Set([address, advertisedAddress])].filter((each) => each !== '');
}

/** Calls back later, unless the process ends before; what it returns calls that off. */
function schedule(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds).unref();
  return () => {
    clearTimeout(timer);
  };
}

/** An hour more hardly matters to a proxy that is gone for days. */
const longestPause = 3_600_000;

function removeRegularly({ settings, store, world }: TendingContext, onError: (e: unknown, f: object) => void) {
  const age = settings.runtime.universal.dataplaneCleanupAge;
  let callOff: () => void = () => undefined;
  const wait = (): void => {
    const { nextAt = Infinity } = findLongOffline(world(), age, Date.now());
    const pause = Math.min(Math.max(nextAt - Date.now(), 1_000), age, longestPause);
    callOff = schedule(() => {
      void removeLongOffline({ store, kinds, world: world() }, age, Date.now())
        .catch((error: unknown) => {
          onError(error, {});
        })
        .finally(wait);
    }, pause);
  };
  wait();
  return () => {
    callOff();
  };
}

function makeBootstrapContext(
  { settings, world, needsToken }: TendingContext,
  certificate: () => ServerCertificate,
  port: () => number,
): BootstrapContext {
  const { params } = settings.bootstrapServer;
  const { dpServer, proxy } = settings;
  const { globalDownstreamMaxConnections } = proxy.gateway;
  return {
    settings: {
      ...params,
      get xdsPort() {
        return params.xdsPort === 0 ? port() : params.xdsPort;
      },
      hdsEnabled: dpServer.hds.enabled,
      reloadableTokens: dpServer.authn.enableReloadableTokens,
      gatewayMaxConnections: globalDownstreamMaxConnections === 0 ? 50_000 : globalDownstreamMaxConnections,
      temporaryFolder: tmpdir(),
    },
    xdsHost: params.xdsHost,
    needsToken,
    certificate: () => {
      const { certificate: own, authority = own } = certificate();
      return { authority, hosts: readHosts(own) };
    },
    describeProxy: (question) => describeProxy(world(), kinds, question),
    lookUp: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  };
}
