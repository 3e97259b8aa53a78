import {
  namedConfig,
  type Filter,
  type FilterChain,
  type Listener,
  type Message,
  type Route,
} from '../envoy/resources.js';
import type { AdminPlan, DnsPlan, MetricsPlan, ProbesPlan } from '../plan/own-listeners.js';
import type { AdminCertificates } from '../plan/proxy-node.js';
import { socketAddress } from './address.js';
import { router } from './http.js';
import { sanitizeStatName } from './names.js';
import { downstreamTlsSocket, tlsInspector } from './tls.js';

const adminName = 'kuma:envoy:admin';
const metricsName = 'kuma:metrics:prometheus';
const probesName = 'probe:listener';
const dnsName = 'kuma:dns';

const inbound = (name: string, at: { readonly address: string; readonly port: number }): Listener => ({
  name,
  address: socketAddress(at),
  trafficDirection: 'INBOUND',
  enableReusePort: false,
});

/** Envoy's admin, for those who prove that they are the control plane; for all others whether the proxy is ready. */
export function translateAdmin({ adminCluster, readyCluster, certificates, ...at }: AdminPlan): Listener {
  const ready = rewrite('/ready', readyCluster, '/ready');
  return {
    ...inbound(adminName, at),
    listenerFilters: [tlsInspector],
    filterChains: [
      { filters: [serve(adminName, [ready])] },
      {
        filterChainMatch: { transportProtocol: 'tls' },
        filters: [serve(adminName, [ready, rewrite('/', adminCluster, '/')])],
        transportSocket: adminTlsSocket(certificates),
      },
    ],
  };
}

const adminTlsSocket = ({ certificateChain, privateKey, authority }: AdminCertificates) =>
  namedConfig('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    requireClientCertificate: true,
    commonTlsContext: {
      tlsCertificates: [
        {
          certificateChain: { inlineBytes: certificateChain },
          privateKey: { inlineBytes: privateKey },
        },
      ],
      validationContext: {
        matchTypedSubjectAltNames: [{ sanType: 'DNS', matcher: { exact: 'kuma-cp' } }],
        trustedCa: { inlineBytes: authority },
      },
    },
  });

/** Metrics; where the mesh encrypts, the host itself may ask in plain text. */
export function translateMetrics({ path, rewrite: to, cluster, tls, ...at }: MetricsPlan): Listener {
  const filters = [serve(metricsName, [rewrite(path, cluster, to)])];
  return { ...inbound(metricsName, at), filterChains: translateMetricsChains(filters, tls, at.address) };
}

function translateMetricsChains(filters: Filter[], tls: MetricsPlan['tls'], address: string): FilterChain[] {
  switch (tls.kind) {
    case 'off':
      return [{ filters }];
    case 'mesh':
      return [
        // 32 also for IPv6 (Kuma 2.5)
        { filterChainMatch: { sourcePrefixRanges: [{ addressPrefix: address, prefixLen: 32 }] }, filters },
        { filters, transportSocket: downstreamTlsSocket(tls.mesh) },
      ];
    case 'files':
      return [
        { filterChainMatch: { transportProtocol: 'tls' }, filters },
        { filters, transportSocket: fileTlsSocket(tls) },
      ];
  }
}

const fileTlsSocket = ({ certificatePath, keyPath }: Extract<MetricsPlan['tls'], { kind: 'files' }>) =>
  namedConfig('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    commonTlsContext: {
      tlsCertificates: [{ certificateChain: { filename: certificatePath }, privateKey: { filename: keyPath } }],
    },
  });

/** The checks of the workload, which come without the mesh's encryption. */
export const translateProbes = ({ endpoints, ...at }: ProbesPlan, isTransparent: boolean): Listener => ({
  ...inbound(probesName, at),
  filterChains: [
    {
      filters: [
        connectionManager(probesName, {
          name: 'probe:route_configuration',
          virtualHosts: [{ name: 'probe', domains: ['*'], routes: endpoints.map(translateProbe) }],
        }),
      ],
    },
  ],
  ...(isTransparent ? { bindToPort: false } : {}),
});

const translateProbe = ({ path, workloadPath, target }: ProbesPlan['endpoints'][number]): Route => ({
  match: { path, headers: [{ name: ':method', stringMatch: { exact: 'GET' } }] },
  ...(target.kind === 'port'
    ? { redirect: { portRedirect: target.port, pathRedirect: workloadPath } }
    : {
        route: {
          cluster: target.name,
          regexRewrite: { pattern: { googleRe2: {}, regex: '.*' }, substitution: workloadPath },
        },
      }),
});

const rewrite = (prefix: string, cluster: string, prefixRewrite: string): Route => ({
  match: { prefix },
  route: { cluster, prefixRewrite },
});

const serve = (name: string, routes: Route[]): Filter =>
  connectionManager(name, { validateClusters: false, virtualHosts: [{ name, domains: ['*'], routes }] });

const connectionManager = (name: string, routeConfig: Message<'envoy.config.route.v3.RouteConfiguration'>): Filter =>
  namedConfig(
    'envoy.filters.network.http_connection_manager',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    { statPrefix: sanitizeStatName(name), routeConfig, httpFilters: [router] },
  );

/** The name server. What it does not know it asks of another one, which answers that there is no such name. */
export const translateDns = ({ port, emptyPort, names }: DnsPlan): Listener => ({
  name: dnsName,
  address: { socketAddress: { protocol: 'UDP', address: '127.0.0.1', portValue: port } },
  trafficDirection: 'INBOUND',
  enableReusePort: true,
  listenerFilters: [
    namedConfig('envoy.filters.udp.dns_filter', 'envoy.extensions.filters.udp.dns_filter.v3.DnsFilterConfig', {
      statPrefix: 'kuma_dns',
      clientConfig: {
        maxPendingLookups: '256',
        typedDnsResolverConfig: namedConfig(
          'envoy.network.dns_resolver.cares',
          'envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig',
          { resolvers: [socketAddress({ address: '127.0.0.1', port: emptyPort })] },
        ),
      },
      serverConfig: {
        inlineDnsTable: {
          ...(names.size === 0 ? {} : { virtualDomains: [...names].map(translateName) }),
        },
      },
    }),
  ],
});

const translateName = ([name, addresses]: readonly [string, readonly string[]]) => ({
  name,
  endpoint: { addressList: { address: [...addresses] } },
  answerTtl: '30s',
});
