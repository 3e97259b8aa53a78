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
}

/** The cluster of a collector, as a part of what the proxy does for itself. */
export const planCollector = (
  { isIPv6 }: Pick<ProxyPlan, 'isIPv6'>,
  name: string,
  { host, port, isEncrypted }: Collector,
): ClusterPlan => ({
  name,
  origin: 'tracing',
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
});

const planSni = (host: string): { readonly sni?: string } => (isDnsName(host) ? { sni: host } : {});

/** A Zipkin server by its URL, which must have a port; undefined for a URL that leads nowhere. */
export function readZipkinUrl(
  url: string,
): { readonly collector: Collector; readonly authority: string; readonly path: string } | undefined {
  const { host: authority, path } = parseUrl(url) ?? { host: '', path: '' };
  const [, host, port] = /^(.*):([0-9]+)$/.exec(authority) ?? [];
  if (host === undefined || port === undefined) return undefined;
  return {
    collector: { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port), isEncrypted: /^https:/i.test(url) },
    authority,
    path: unescapePath(path),
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
  direction: 'INBOUND' | 'OUTBOUND',
  destination = '',
) => (isSplit ? [service, direction, ...(direction === 'OUTBOUND' ? [destination] : [])].join('_') : service);
