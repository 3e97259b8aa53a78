import { packAny, type Filter, type HttpConnectionManager, type Listener, type TcpProxy } from '../envoy/resources.js';
import {
  grpcStatsType,
  httpConnectionManagerType,
  kafkaBrokerType,
  routerType,
  tcpProxyType,
} from '../envoy/type-urls.js';
import { serviceTag, tagOf } from '../model/dataplane.js';
import type { InboundPlan } from '../plan/proxy-plan.js';
import { socketAddress } from './address.js';
import { inboundIdleTimeout, inboundStreamIdleTimeout } from './defaults.js';
import { tagsMetadata } from './metadata.js';
import { formatAddress } from '../model/net.js';
import { sanitizeStatName, workloadClusterName } from './names.js';

/** The listener that takes the mesh's connections to a workload. */
export const translateInbound = (inbound: InboundPlan): Listener => ({
  name: `inbound:${formatAddress(inbound)}`,
  address: socketAddress(inbound),
  trafficDirection: 'INBOUND',
  enableReusePort: false,
  filterChains: [{ filters: translateFilters(inbound) }],
  ...tagsMetadata(inbound.tags),
});

function translateFilters(inbound: InboundPlan): Filter[] {
  const cluster = workloadClusterName(inbound.workload.port);
  const statPrefix = sanitizeStatName(cluster);
  const tcpProxy: TcpProxy = { statPrefix, cluster, idleTimeout: inboundIdleTimeout };
  const tcpFilter: Filter = { name: 'envoy.filters.network.tcp_proxy', typedConfig: packAny(tcpProxyType, tcpProxy) };
  switch (inbound.protocol) {
    case 'tcp':
    case 'unknown':
      return [tcpFilter];
    case 'kafka':
      return [
        { name: 'envoy.filters.network.kafka_broker', typedConfig: packAny(kafkaBrokerType, { statPrefix }) },
        tcpFilter,
      ];
    case 'http':
    case 'http2':
    case 'grpc':
      return [
        {
          name: 'envoy.filters.network.http_connection_manager',
          typedConfig: packAny(httpConnectionManagerType, translateHttp(inbound, cluster, statPrefix)),
        },
      ];
  }
}

function translateHttp(inbound: InboundPlan, cluster: string, statPrefix: string): HttpConnectionManager {
  const service = tagOf(inbound.tags, serviceTag);
  return {
    statPrefix,
    routeConfig: {
      name: `inbound:${service}`,
      // the tags of the caller are for the filters of this listener, not for the workload
      requestHeadersToRemove: ['x-kuma-tags'],
      validateClusters: false,
      virtualHosts: [
        { name: service, domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster, timeout: '0s' } }] },
      ],
    },
    httpFilters: [
      ...(inbound.protocol === 'grpc'
        ? [{ name: 'envoy.filters.http.grpc_stats', typedConfig: packAny(grpcStatsType, { emitFilterState: true }) }]
        : []),
      { name: 'envoy.filters.http.router', typedConfig: packAny(routerType, {}) },
    ],
    commonHttpProtocolOptions: { idleTimeout: inboundIdleTimeout },
    streamIdleTimeout: inboundStreamIdleTimeout,
    forwardClientCertDetails: 'SANITIZE_SET',
    setCurrentClientCertDetails: { uri: true },
  };
}
