import { parseUrl } from '../lib/request-uri.js';
import {
  isInbound,
  isPort,
  outboundAddress,
  workloadPort,
  type DataplaneSpec,
  type ProbeEndpoint,
} from '../model/dataplane.js';
import { overlap } from '../model/net.js';
import type { PrometheusConf } from '../model/prometheus.js';
import { compareBytes } from '../model/resource.js';
import type { ClusterPlan } from './cluster-plan.js';
import type { TlsMode } from './listener-plan.js';
import type { AdminCertificates, ProxyNode } from './proxy-node.js';

/** Listeners that serve the proxy itself, for those who look after it. */
export interface OwnListeners {
  readonly admin?: AdminPlan;
  readonly metrics?: MetricsPlan;
  readonly probes?: ProbesPlan;
  readonly dns?: DnsPlan;
}

interface At {
  readonly address: string;
  readonly port: number;
}

/** Envoy's admin, for the control plane alone; anybody may ask whether the proxy is ready. */
export interface AdminPlan extends At {
  readonly adminCluster: string;
  readonly readyCluster: string;
  readonly certificates: AdminCertificates;
}

/** Where metrics are scraped. */
export interface MetricsPlan extends At {
  readonly path: string;
  /** What is asked of the program behind the cluster. */
  readonly rewrite: string;
  readonly cluster: string;
  readonly tls:
    | { readonly kind: 'off' }
    /** Clients are proxies of the mesh; the host itself needs no certificate. */
    | { readonly kind: 'mesh'; readonly mesh: string }
    | { readonly kind: 'files'; readonly certificatePath: string; readonly keyPath: string };
}

/** Health checks of the platform, which know nothing of the mesh. */
export interface ProbesPlan extends At {
  readonly endpoints: readonly {
    readonly path: string;
    readonly workloadPath: string;
    /** A port without inbound is not behind the proxy: whoever asks is sent there. */
    readonly target:
      { readonly kind: 'cluster'; readonly name: string } | { readonly kind: 'port'; readonly port: number };
  }[];
}

/** The name server beside the proxy: it knows the names of the mesh, and leaves all others to another one. */
export interface DnsPlan {
  readonly port: number;
  readonly emptyPort: number;
  /** Addresses by name, bytewise. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

interface Around {
  readonly mesh: string;
  readonly tls: TlsMode;
  readonly names: readonly { readonly address: string; readonly names: readonly string[] }[];
  readonly prometheus: PrometheusConf | undefined;
}

/** What serves the proxy itself, and the clusters behind it. Most of it only a connected proxy has. */
export function planOwn(
  spec: DataplaneSpec,
  node: ProxyNode,
  around: Around,
): { readonly listeners: OwnListeners; readonly clusters: readonly ClusterPlan[] } {
  const { admin, clusters } = planAdmin(spec, node);
  const metrics = planMetrics(spec, node, around);
  const probes = planProbes(spec);
  const dns = planDns(spec, node, around.names);
  return {
    listeners: {
      ...(admin === undefined ? {} : { admin }),
      ...(metrics === undefined ? {} : { metrics: metrics.plan }),
      ...(probes === undefined ? {} : { probes }),
      ...(dns === undefined ? {} : { dns }),
    },
    clusters: [...clusters, ...(metrics === undefined ? [] : [metrics.cluster])],
  };
}

/** The checks of a Dataplane; undefined without any, or where a path cannot be read. */
function planProbes({ probes, networking }: DataplaneSpec): ProbesPlan | undefined {
  if (probes === undefined) return undefined;
  const workloads = new Set((networking?.inbound ?? []).map(workloadPort));
  const endpoints = (probes.endpoints ?? []).flatMap((endpoint) => planProbe(endpoint, workloads) ?? []);
  return { address: networking?.address ?? '', port: probes.port ?? 0, endpoints };
}

function planProbe(
  { path = '', inboundPath = '', inboundPort: port = 0 }: ProbeEndpoint,
  workloads: ReadonlySet<number>,
): ProbesPlan['endpoints'][number] | undefined {
  const asked = pathOf(path);
  const workloadPath = pathOf(inboundPath);
  if (asked === undefined || workloadPath === undefined) return undefined;
  const target = workloads.has(port)
    ? ({ kind: 'cluster', name: `localhost:${port}` } as const)
    : ({ kind: 'port', port } as const);
  return { path: asked, workloadPath, target };
}

/** The path of a URL, escapes resolved. */
function pathOf(url: string): string | undefined {
  const path = parseUrl(url)?.path;
  if (path === undefined) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    // bytes that are no text
    return undefined;
  }
}

/** The names of those addresses at which the proxy has outbounds. */
function planDns({ networking }: DataplaneSpec, { dns }: ProxyNode, names: Around['names']): DnsPlan | undefined {
  if (dns === undefined || networking?.transparentProxying === undefined) return undefined;
  const hasIPv6 = (networking.transparentProxying.redirectPortInboundV6 ?? 0) !== 0;
  const reached = new Set((networking.outbound ?? []).map(outboundAddress));
  const entries = names
    .filter(({ address }) => reached.has(address))
    .flatMap(({ address, names: ofAddress }) =>
      ofAddress.map((name) => [name, [address, ...(hasIPv6 ? mapToIPv6(address) : [])]] as const),
    );
  return { ...dns, names: new Map([...new Map(entries)].sort(([a], [b]) => compareBytes(a, b))) };
}

/** The IPv6 address that stands for an IPv4 one. */
function mapToIPv6(address: string): readonly string[] {
  const [a, b, c, d] = address.split('.').map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return [];
  return [`::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`];
}

/** Of which cluster metrics come: the program that runs Envoy gathers them. */
const metricsCluster = 'kuma:metrics:hijacker';

/** The metrics of a connected proxy; none where their port belongs to something else. */
function planMetrics(
  spec: DataplaneSpec,
  node: ProxyNode,
  { mesh, tls, prometheus }: Around,
): { readonly plan: MetricsPlan; readonly cluster: ClusterPlan } | undefined {
  if (prometheus === undefined || node.admin === undefined) return undefined;
  const at = { address: spec.networking?.address ?? '', port: prometheus.port ?? 0 };
  if (isTaken(spec, at)) return undefined;
  const query = queryOf(prometheus);
  return {
    plan: {
      ...at,
      path: prometheus.path ?? '',
      rewrite: query === '' ? '/' : `/?${query}`,
      cluster: metricsCluster,
      tls: planMetricsTls(node, { mesh, tls, prometheus }),
    },
    cluster: {
      name: metricsCluster,
      origin: 'prometheus',
      source: { kind: 'pipe', path: node.metricsSocketPath },
      service: '',
      protocol: 'unknown',
      connectTimeout: '10s',
    },
  };
}

const isTaken = (spec: DataplaneSpec, at: At): boolean =>
  isInbound(spec, at) ||
  (spec.networking?.outbound ?? []).some(
    (outbound) => at.port === outbound.port && overlap(at.address, outboundAddress(outbound)),
  );

/** The filter ends in `&`, also when nothing follows it (Kuma 2.5). */
function queryOf({ envoy }: PrometheusConf): string {
  const filter = envoy?.filterRegex ?? '';
  return `${filter === '' ? '' : `filter=${filter}&`}${envoy?.usedOnly === true ? 'usedonly' : ''}`;
}

function planMetricsTls(
  { metricsFiles }: ProxyNode,
  { mesh, tls, prometheus }: { readonly mesh: string; readonly tls: TlsMode; readonly prometheus: PrometheusConf },
): MetricsPlan['tls'] {
  const mode = prometheus.tls === undefined && prometheus.skipMTLS === true ? 'disabled' : prometheus.tls?.mode;
  if (mode === 'providedTLS' || mode === 1)
    return metricsFiles === undefined ? { kind: 'off' } : { kind: 'files', ...metricsFiles };
  return mode === 'disabled' || mode === 2 || tls === 'off' ? { kind: 'off' } : { kind: 'mesh', mesh };
}

/**
 * The admin of a connected proxy. It has a listener once there is something with which that proves itself, and only
 * where the proxy's own address is not the admin's.
 */
export function planAdmin(
  { networking }: { readonly networking?: { readonly address?: string } },
  { admin, readinessPort, adminCertificates: certificates }: ProxyNode,
): { readonly admin?: AdminPlan; readonly clusters: readonly ClusterPlan[] } {
  if (admin === undefined) return { clusters: [] };
  const adminCluster = planLocalCluster('kuma:envoy:admin', admin.address, admin.port);
  const readyCluster = isPort(readinessPort)
    ? planLocalCluster('kuma:readiness', admin.address, readinessPort)
    : adminCluster;
  const address = networking?.address ?? '';
  return {
    clusters: [...new Set([adminCluster, readyCluster])],
    ...(address === admin.address || certificates === undefined
      ? {}
      : {
          admin: {
            address,
            port: admin.port,
            adminCluster: adminCluster.name,
            readyCluster: readyCluster.name,
            certificates,
          },
        }),
  };
}

const planLocalCluster = (name: string, address: string, port: number): ClusterPlan => ({
  name,
  origin: 'admin',
  source: { kind: 'address', address, port },
  service: '',
  protocol: 'unknown',
  connectTimeout: '10s',
});
