import type { JsonByTypeUrl } from './gen/messages.js';
import type { TypeUrl } from './type-urls.js';

export type { ClusterJson as Cluster } from './gen/envoy/config/cluster/v3/cluster_pb.js';
export type { AddressJson as Address } from './gen/envoy/config/core/v3/address_pb.js';
export type { DataSourceJson as DataSource, MetadataJson as Metadata } from './gen/envoy/config/core/v3/base_pb.js';
export type { HealthCheckJson as HealthCheck } from './gen/envoy/config/core/v3/health_check_pb.js';
export type { ClusterLoadAssignmentJson as ClusterLoadAssignment } from './gen/envoy/config/endpoint/v3/endpoint_pb.js';
export type {
  LbEndpointJson as LbEndpoint,
  LocalityLbEndpointsJson as LocalityLbEndpoints,
} from './gen/envoy/config/endpoint/v3/endpoint_components_pb.js';
export type { ListenerJson as Listener } from './gen/envoy/config/listener/v3/listener_pb.js';
export type {
  FilterChainJson as FilterChain,
  FilterChainMatchJson as FilterChainMatch,
  FilterJson as Filter,
  ListenerFilterJson as ListenerFilter,
} from './gen/envoy/config/listener/v3/listener_components_pb.js';
export type { RouteConfigurationJson as RouteConfiguration } from './gen/envoy/config/route/v3/route_pb.js';
export type {
  RouteActionJson as RouteAction,
  RouteJson as Route,
  RouteMatchJson as RouteMatch,
  VirtualHostJson as VirtualHost,
} from './gen/envoy/config/route/v3/route_components_pb.js';
export type {
  HttpConnectionManagerJson as HttpConnectionManager,
  HttpFilterJson as HttpFilter,
} from './gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
export type { TcpProxyJson as TcpProxy } from './gen/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.js';
export type { RuntimeJson as Runtime } from './gen/envoy/service/runtime/v3/rtds_pb.js';
export type { SecretJson as Secret } from './gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
export type {
  DownstreamTlsContextJson as DownstreamTlsContext,
  UpstreamTlsContextJson as UpstreamTlsContext,
} from './gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
export type { HttpProtocolOptionsJson as HttpProtocolOptions } from './gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';

/** A message with its type beside its fields: `{ '@type': url, ...fields }`. Made by `packAny` only. */
export interface Any<Url extends TypeUrl = TypeUrl> {
  readonly '@type': Url;
}

/** Packs a message into an Any. The fields are checked against the type that the URL names. */
export const packAny = <Url extends TypeUrl>(typeUrl: Url, message: JsonByTypeUrl[Url]): Any<Url> => ({
  '@type': typeUrl,
  ...message,
});

type Prefix = 'type.googleapis.com/';

/** Full name of a message of Envoy's API, e.g. `envoy.config.route.v3.Route`. */
export type MessageName = keyof JsonByTypeUrl extends infer Url
  ? Url extends `${Prefix}${infer Name}`
    ? Name
    : never
  : never;

/** Proto-JSON of a message. */
export type Message<Name extends MessageName> = JsonByTypeUrl[`${Prefix}${Name}`];

/** Packs a message into an Any by its name. */
export const pack = <Name extends MessageName>(name: Name, message: Message<Name>): Any<`${Prefix}${Name}`> =>
  packAny(`type.googleapis.com/${name}`, message);

/** An entry of a list of filters: Envoy's name for it, and its configuration. */
export const namedConfig = <Name extends MessageName>(name: string, type: Name, message: Message<Name>) => ({
  name,
  typedConfig: pack(type, message),
});
