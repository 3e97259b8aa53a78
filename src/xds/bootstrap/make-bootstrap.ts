import { namedConfig, pack, type Message } from '../../envoy/resources.js';
import { formatProtoDuration } from '../../lib/proto-duration.js';
import type { ProxyDescription } from '../../proxies/describe-proxy.js';
import { findSocketPath } from '../../proxies/socket-path.js';
import { makeStaticClusters, makeGrpcService, type ControlPlaneAddress } from './static-clusters.js';
import type { BootstrapRequest } from './read-request.js';

/** Envoy's own configuration: where it finds its control plane, and what it tells it. */
export type Bootstrap = Message<'envoy.config.bootstrap.v3.Bootstrap'>;

/** The settings `bootstrapServer.params`, and what else bears on the bootstrap; all with their values at work. */
export interface BootstrapSettings {
  readonly adminAddress: string;
  /** For resources that name none; 0 = Envoy has no admin API. */
  readonly adminPort: number;
  /** Empty = it writes none. */
  readonly adminAccessLogPath: string;
  readonly xdsPort: number;
  /** Milliseconds. */
  readonly xdsConnectTimeout: number;
  readonly hdsEnabled: boolean;
  /** Envoy reads the token from its file each time, so that it can be replaced. */
  readonly reloadableTokens: boolean;
  readonly gatewayMaxConnections: number;
  /** Folder of sockets of which the proxy tells no path. */
  readonly temporaryFolder: string;
}

/** What is known besides the request and the settings. */
export interface BootstrapFacts {
  readonly proxy: ProxyDescription;
  /** Host under which the proxy reaches the control plane. */
  readonly xdsHost: string;
  /** True when all addresses of that host are IPv4. */
  readonly isIPv4Only: boolean;
  /** PEM of what the proxy checks the control plane's certificate by. */
  readonly authority: string;
}

/** The bootstrap of a proxy. Field by field that of Kuma 2.5, whose data plane takes it apart. */
export function makeBootstrap(
  request: BootstrapRequest,
  facts: BootstrapFacts,
  settings: BootstrapSettings,
): Bootstrap {
  const { proxy, xdsHost, isIPv4Only, authority } = facts;
  const token = {
    text: request.dataplaneToken,
    path: settings.reloadableTokens ? request.dataplaneTokenPath : '',
  };
  const address: ControlPlaneAddress = {
    host: xdsHost,
    port: settings.xdsPort,
    isIPv4Only,
    connectTimeout: formatProtoDuration(BigInt(settings.xdsConnectTimeout) * 1_000_000n),
  };
  const grpc: Message<'envoy.config.core.v3.ApiConfigSource'> = {
    apiType: 'GRPC',
    transportApiVersion: 'V3',
    setNodeOnFirstMessageOnly: true,
    grpcServices: [makeGrpcService(address, token, authority)],
  };
  const sockets = findSockets(request, settings.temporaryFolder);
  const adminPort = proxy.adminPort ?? settings.adminPort;
  return {
    node: {
      id: `${request.mesh}.${request.name}`,
      cluster: proxy.service,
      metadata: makeMetadata(request, { adminPort, adminAddress: settings.adminAddress, sockets }),
    },
    layeredRuntime: { layers: makeRuntimeLayers(proxy, settings) },
    statsConfig: { statsTags: [...statsTags] },
    dynamicResources: { ldsConfig: fromAds, cdsConfig: fromAds, adsConfig: grpc },
    staticResources: {
      secrets: [makeServerCheck(xdsHost, authority)],
      clusters: makeStaticClusters(address, token, sockets.accessLog),
    },
    ...(settings.hdsEnabled && request.proxyType === 'dataplane' ? { hdsConfig: grpc } : {}),
    ...(proxy.isBuiltinGateway && request.maxHeapSizeBytes > 0n
      ? { overloadManager: guardHeap(request.maxHeapSizeBytes) }
      : {}),
    ...(adminPort === 0 ? {} : { admin: makeAdmin(adminPort, request.operatingSystem, settings) }),
  };
}

const fromAds = { ads: {}, initialFetchTimeout: '0s', resourceApiVersion: 'V3' } as const;

/** Paths of the sockets between Envoy and the program that runs it. */
interface Sockets {
  readonly accessLog: string;
  readonly metrics: string;
}

const findSockets = (request: BootstrapRequest, folder: string): Sockets => ({
  accessLog: request.accessLogSocketPath || findSocketPath('access-log', request, folder),
  metrics: request.metrics.socketPath || findSocketPath('metrics', request, folder),
});

type Metadata = NonNullable<NonNullable<Bootstrap['node']>['metadata']>;

function makeMetadata(
  request: BootstrapRequest,
  {
    adminPort,
    adminAddress,
    sockets,
  }: { readonly adminPort: number; readonly adminAddress: string; readonly sockets: Sockets },
): Metadata {
  const { version, metrics, features, dynamicMetadata, dataplaneResource, proxyType } = request;
  const port = (key: string, value: number) => (value === 0 ? {} : { [key]: String(value) });
  return {
    version: { kumaDp: withoutEmpty(version.kumaDp), envoy: withoutEmpty(version.envoy) },
    features: [...features],
    accessLogSocketPath: sockets.accessLog,
    metricsSocketPath: sockets.metrics,
    metricsCertPath: metrics.certPath,
    metricsKeyPath: metrics.keyPath,
    'dataplane.proxyType': proxyType,
    ...(dataplaneResource === '' ? {} : { 'dataplane.resource': dataplaneResource }),
    ...(adminPort === 0 ? {} : { 'dataplane.admin.port': String(adminPort), 'dataplane.admin.address': adminAddress }),
    ...port('dataplane.dns.port', request.dnsPort),
    ...port('dataplane.dns.empty.port', request.emptyDnsPort),
    ...port('dataplane.readinessReporter.port', request.readinessPort),
    ...(Object.keys(dynamicMetadata).length === 0 ? {} : { dynamicMetadata: { ...dynamicMetadata } }),
  };
}

/** Protobuf does not tell an empty text or false from none. */
const withoutEmpty = (fields: Readonly<Record<string, string | boolean>>): Record<string, string | boolean> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== false));

type RuntimeLayers = NonNullable<NonNullable<Bootstrap['layeredRuntime']>['layers']>;

function makeRuntimeLayers({ isBuiltinGateway }: ProxyDescription, settings: BootstrapSettings): RuntimeLayers {
  const regexLimits = {
    name: 'kuma',
    staticLayer: { 're2.max_program_size.error_level': 4_294_967_295, 're2.max_program_size.warn_level': 1_000 },
  };
  if (!isBuiltinGateway) return [regexLimits];
  const name = 'gateway.listeners';
  return [
    regexLimits,
    {
      name: 'gateway',
      staticLayer: { 'overload.global_downstream_max_connections': settings.gatewayMaxConnections },
    },
    { name, rtdsLayer: { name, rtdsConfig: { ads: {}, resourceApiVersion: 'V3' } } },
  ];
}

/** How Envoy's names of statistics are taken apart, as dashboards for Kuma expect. */
const statsTags = [
  { tagName: 'name', regex: '^grpc\\.((.+)\\.)' },
  { tagName: 'status', regex: '^grpc.*streams_closed(_([0-9]+))' },
  { tagName: 'kafka_name', regex: '^kafka(\\.(\\S*[0-9]))\\.' },
  { tagName: 'kafka_type', regex: '^kafka\\..*\\.(.*?(?=_duration|$))' },
  { tagName: 'worker', regex: '(worker_([0-9]+)\\.)' },
  { tagName: 'listener', regex: '((.+?)\\.)rbac\\.' },
];

/** The certificate of the control plane must be for the host that was asked for. */
const makeServerCheck = (
  host: string,
  authority: string,
): Message<'envoy.extensions.transport_sockets.tls.v3.Secret'> => ({
  name: 'cp_validation_ctx',
  validationContext: {
    matchTypedSubjectAltNames: [
      { sanType: 'DNS', matcher: { exact: host } },
      { sanType: 'IP_ADDRESS', matcher: { exact: host } },
    ],
    trustedCa: { inlineBytes: Buffer.from(authority).toString('base64') },
  },
});

/** A gateway refuses work before its host runs out of memory. */
function guardHeap(maxHeapSizeBytes: bigint): Message<'envoy.config.overload.v3.OverloadManager'> {
  const monitor = 'envoy.resource_monitors.fixed_heap';
  const action = (name: string, value: number) => ({ name, triggers: [{ name: monitor, threshold: { value } }] });
  return {
    refreshInterval: '0.250s',
    resourceMonitors: [
      namedConfig(monitor, 'envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig', {
        maxHeapSizeBytes: String(maxHeapSizeBytes),
      }),
    ],
    actions: [
      action('envoy.overload_actions.shrink_heap', 0.95),
      action('envoy.overload_actions.stop_accepting_requests', 0.98),
    ],
  };
}

const nowhere = '/dev/null';

function makeAdmin(
  port: number,
  operatingSystem: string,
  { adminAddress, adminAccessLogPath }: BootstrapSettings,
): Message<'envoy.config.bootstrap.v3.Admin'> {
  const path = adminAccessLogPath === nowhere && operatingSystem === 'windows' ? 'NUL' : adminAccessLogPath;
  return {
    address: { socketAddress: { address: adminAddress, portValue: port } },
    ...(path === ''
      ? {}
      : {
          accessLog: [
            {
              name: 'envoy.access_loggers.file',
              typedConfig: pack('envoy.extensions.access_loggers.file.v3.FileAccessLog', { path }),
            },
          ],
        }),
  };
}
