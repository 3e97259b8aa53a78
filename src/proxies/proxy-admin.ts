import { lookup } from 'node:dns/promises';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';

import { err, ok, type Result } from '../lib/result.js';
import type { ResourceKey } from '../model/resource.js';
import { findResource, type World } from '../snapshot/world.js';
import type { AdminClientCertificate } from './admin-certificates.js';
import { mayAsk } from './admin-target.js';
import type { LiveProxies } from './delivery.js';
import { proxyOf } from './read-proxy-resource.js';

/** What Envoy's admin is asked for. */
export type AdminPart = 'config_dump' | 'stats' | 'clusters';

/** Why Envoy's admin gave no answer. */
export type AdminFailure =
  | { readonly failure: 'not-connected' }
  /** The proxy has no admin that could be asked. */
  | { readonly failure: 'no-admin' }
  | { readonly failure: 'unreachable'; readonly reason: string };

/** Asks connected proxies what only they know. */
export interface ProxyAdmin {
  ask(proxy: ResourceKey, part: AdminPart): Promise<Result<string, AdminFailure>>;
}

export interface ProxyAdminContext {
  readonly world: () => World;
  readonly liveProxies: LiveProxies;
  readonly certificate: () => Promise<AdminClientCertificate>;
  /** Addresses of this host. */
  readonly ownAddresses: () => readonly string[];
  /** Milliseconds for a whole answer; 5 s when absent (Kuma 2.5). */
  readonly timeout?: number;
  /** Bytes of the largest answer; 32 MiB when absent. */
  readonly maxSize?: number;
}

interface Addressed {
  readonly networking?: { readonly address?: string; readonly advertisedAddress?: string };
}

/** Asks the admin of Envoys, over mTLS with the CA of Envoy's admin; on this host's loopback address without. */
export const openProxyAdmin = (context: ProxyAdminContext): ProxyAdmin => ({
  async ask(proxy, part) {
    const live = proxyOf(proxy);
    const remoteAddress = context.liveProxies.addressOf(live);
    if (remoteAddress === undefined) return err({ failure: 'not-connected' });
    const admin = context.liveProxies.nodeOf(live)?.admin;
    const { networking } = (findResource(context.world(), proxy)?.spec ?? {}) as Addressed;
    const host = networking?.advertisedAddress || networking?.address || '';
    if (admin === undefined || host === '') return err({ failure: 'no-admin' });
    try {
      const address = isIP(host) === 0 ? (await lookup(host)).address : host;
      if (!mayAsk(address, remoteAddress, context.ownAddresses()))
        return unreachable(`${host} leads to this host, where the proxy is not`);
      // where the admin itself listens there is no listener with TLS in front of it
      const isPlain = networking?.address === admin.address;
      const target = { host, address, port: admin.port, path: `/${part}` };
      return await fetchText(target, isPlain ? undefined : await context.certificate(), context);
    } catch (cause) {
      return unreachable(cause instanceof Error ? cause.message : String(cause));
    }
  },
});

const unreachable = (reason: string) => err({ failure: 'unreachable', reason } as const);

interface Target {
  /** As the certificate names it. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly path: string;
}

const defaultTimeout = 5_000;
const defaultMaxSize = 32 << 20;

/** Follows no redirect: Envoy sends none, and another could lead anywhere. */
function fetchText(
  { host, address, port, path }: Target,
  certificate: AdminClientCertificate | undefined,
  { timeout = defaultTimeout, maxSize = defaultMaxSize }: ProxyAdminContext,
): Promise<Result<string, AdminFailure>> {
  const signal = AbortSignal.timeout(timeout);
  const options: RequestOptions = { host: address, port, path, signal, agent: false };
  return new Promise((resolve, reject) => {
    const receive = (response: IncomingMessage): void => {
      readText(response, maxSize).then(resolve, reject);
    };
    const sent =
      certificate === undefined
        ? requestHttp(options, receive)
        : requestHttps(
            {
              ...options,
              ca: certificate.authority,
              cert: certificate.certificate,
              key: certificate.privateKey,
              minVersion: 'TLSv1.2',
              ...(isIP(host) === 0 ? { servername: host } : {}),
              checkServerIdentity: (_, peer) => checkServerIdentity(host, peer),
            },
            receive,
          );
    sent.on('error', (error) => {
      reject(signal.aborted ? new Error(`it did not answer within ${timeout} ms`) : error);
    });
    sent.end();
  });
}

async function readText(response: IncomingMessage, maxSize: number): Promise<Result<string, AdminFailure>> {
  if (response.statusCode !== 200) {
    response.destroy();
    return unreachable(`it answered with status ${response.statusCode ?? 0}`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxSize) {
      response.destroy();
      return unreachable(`its answer is larger than ${maxSize} bytes`);
    }
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks).toString('utf8'));
}
