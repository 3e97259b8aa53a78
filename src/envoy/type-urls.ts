import type { JsonByTypeUrl } from './gen/messages.js';

/** A type URL of which the JSON type and the descriptor are known. */
export type TypeUrl = keyof JsonByTypeUrl;

/** The types of resource that a proxy is given, in the order in which they are shown. */
export const xdsTypes = {
  clusters: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoints: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listeners: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  routes: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
  secrets: 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret',
  runtimes: 'type.googleapis.com/envoy.service.runtime.v3.Runtime',
} as const satisfies Readonly<Record<string, TypeUrl>>;

/** One of the types of resource that a proxy is given. */
export type XdsSection = keyof typeof xdsTypes;

/** What users may add and patch (MeshProxyPatch, ProxyTemplate), by the name under which they write it. */
export const patchableTypes = {
  cluster: xdsTypes.clusters,
  listener: xdsTypes.listeners,
  virtualHost: 'type.googleapis.com/envoy.config.route.v3.VirtualHost',
  networkFilter: 'type.googleapis.com/envoy.config.listener.v3.Filter',
  httpFilter: 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter',
} as const satisfies Readonly<Record<string, TypeUrl>>;

// Types that are packed into an Any. `satisfies` refuses a name that Envoy's API does not have.

/** Which HTTP a cluster speaks. */
export const httpProtocolOptionsType =
  'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions' satisfies TypeUrl;

/** The network filter that carries bytes. */
export const tcpProxyType =
  'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy' satisfies TypeUrl;

/** The network filter that speaks HTTP. */
export const httpConnectionManagerType =
  'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager' satisfies TypeUrl;

/** The network filter that counts Kafka requests. A contrib extension: an ordinary build of Envoy lacks it. */
export const kafkaBrokerType =
  'type.googleapis.com/envoy.extensions.filters.network.kafka_broker.v3.KafkaBroker' satisfies TypeUrl;

/** The HTTP filter that ends every chain. */
export const routerType = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' satisfies TypeUrl;

/** The HTTP filter that counts gRPC messages. */
export const grpcStatsType =
  'type.googleapis.com/envoy.extensions.filters.http.grpc_stats.v3.FilterConfig' satisfies TypeUrl;
