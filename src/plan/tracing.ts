import { parseUrl } from '../lib/request-uri.js';
import { isDnsName } from '../model/net.js';
import type { ClusterPlan } from './cluster-plan.js';
import type { Tracing } from './listener-plan.js';
import type { ProxyPlan } from './proxy-plan.js';

/** A server that takes traces. */
export interface Collector {
  /** Name or IP address. */
  readonly host: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  /** It is spoken to over gRPC. */
  readonly isGrpc?: boolean;
}

/** The cluster of a collector, as a part of what the proxy does for itself. */
export const planCollector = (
  { isIPv6 }: Pick<ProxyPlan, 'isIPv6'>,
  { name, origin }: Pick<ClusterPlan, 'name' | 'origin'>,
  { host, port, isEncrypted, isGrpc = false }: Collector,
): ClusterPlan => ({
  name,
  origin,
  source: {
    kind: 'host',
    host,
    port,
    isV4Only: !isIPv6,
    ...(isEncrypted ? { tls: { name: host, subjectNames: [], allowRenegotiation: true, ...planSni(host) } } : {}),
  },
  service: '',
  protocol: 'unknown',
  connectTimeout: '10s',
  ...(isGrpc ? { http: { version: 2 } } : {}),
});

const planSni = (host: string): { readonly sni?: string } => (isDnsName(host) ? { sni: host } : {});

/** A server by its URL; without a port it is that of the scheme. Undefined for a URL that leads nowhere. */
export function readCollectorUrl(
  url: string,
): { readonly collector: Collector; readonly authority: string; readonly path: string } | undefined {
  const { host: authority, path } = parseUrl(url) ?? { host: '', path: '' };
  const [, host = '', port = ''] = /^(.*?)(?::([0-9]*))?$/.exec(authority) ?? [];
  if (host === '') return undefined;
  const isEncrypted = /^https:/i.test(url);
  return {
    collector: {
      host: host.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (isEncrypted ? 443 : 80) : Number(port),
      isEncrypted,
    },
    authority,
    // Envoy refuses an empty one
    path: path === '' ? '/' : unescapePath(path),
  };
}

/** What is no text once unescaped stays as it is written. */
function unescapePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Absent names stand for the newer form of Zipkin's JSON (Kuma 2.5: so does `httpJsonV1`). */
export const zipkinVersion = (
  apiVersion: string | undefined,
): Extract<Tracing['provider'], { kind: 'zipkin' }>['version'] =>
  apiVersion === 'httpProto' ? 'HTTP_PROTO' : 'HTTP_JSON';

/** Name under which Datadog shows a listener: the service, or, told apart, with the direction and the destination. */
export const datadogService = (
  service: string,
  isSplit: boolean,
  direction: 'INBOUND' | 'OUTBOUND' | 'UNSPECIFIED',
  destination = '',
) =>
  isSplit && direction !== 'UNSPECIFIED'
    ? [service, direction, ...(direction === 'OUTBOUND' ? [destination] : [])].join('_')
    : service;
