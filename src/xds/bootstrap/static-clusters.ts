import { isIP } from 'node:net';

import { namedConfig, pack, type Cluster, type Message } from '../../envoy/resources.js';

/** Where Envoy finds the control plane. */
export interface ControlPlaneAddress {
  readonly host: string;
  readonly port: number;
  /** Of a host name: all its addresses are IPv4. */
  readonly isIPv4Only: boolean;
  readonly connectTimeout: string;
}

/** With what the proxy says who it is: a text that Envoy keeps, or a file that it reads. Empty = not so. */
export interface BootstrapToken {
  readonly text: string;
  readonly path: string;
}

const controlPlaneCluster = 'ads_cluster';
const accessLogCluster = 'access_log_sink';

/** The clusters that Envoy has before it knows its control plane. */
export const makeStaticClusters = (
  address: ControlPlaneAddress,
  token: BootstrapToken,
  accessLogSocket: string,
): Cluster[] => [
  {
    ...makeHttp2Cluster(accessLogCluster, address.connectTimeout, { pipe: { path: accessLogSocket } }),
    type: 'STATIC',
  },
  // Google's client finds the control plane by itself
  ...(token.path === '' ? [makeControlPlaneCluster(address)] : []),
];

/** How Envoy speaks to the control plane. */
export const makeGrpcService = (
  { host, port }: ControlPlaneAddress,
  { text, path }: BootstrapToken,
  authority: string,
): Message<'envoy.config.core.v3.GrpcService'> => ({
  ...(path === ''
    ? { envoyGrpc: { clusterName: controlPlaneCluster } }
    : {
        googleGrpc: {
          targetUri: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
          statPrefix: 'ads',
          credentialsFactoryName: fileCredentials,
          callCredentials: [{ fromPlugin: { name: fileCredentials, typedConfig: readTokenFrom(path) } }],
          channelCredentials: { sslCredentials: { rootCerts: { inlineBytes: toBase64(authority) } } },
        },
      }),
  ...(path === '' && text !== '' ? { initialMetadata: [{ key: 'authorization', value: text }] } : {}),
});

const fileCredentials = 'envoy.grpc_credentials.file_based_metadata';

const readTokenFrom = (filename: string) => ({
  '@type': 'type.googleapis.com/envoy.config.grpc_credential.v3.FileBasedMetadataConfig',
  secretData: { filename },
});

const toBase64 = (text: string): string => Buffer.from(text).toString('base64');

function makeControlPlaneCluster({ host, port, isIPv4Only, connectTimeout }: ControlPlaneAddress): Cluster {
  const address = { socketAddress: { address: host, portValue: port } };
  return {
    ...makeHttp2Cluster(controlPlaneCluster, connectTimeout, address),
    type: isIP(host) === 0 ? 'STRICT_DNS' : 'STATIC',
    ...(isIPv4Only ? { dnsLookupFamily: 'V4_ONLY' } : {}),
    transportSocket: namedConfig(
      'envoy.transport_sockets.tls',
      'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      {
        sni: host,
        commonTlsContext: {
          tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_2' },
          validationContextSdsSecretConfig: { name: 'cp_validation_ctx' },
        },
      },
    ),
  };
}

const httpProtocolOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

const makeHttp2Cluster = (
  name: string,
  connectTimeout: string,
  address: Message<'envoy.config.core.v3.Address'>,
): Cluster => ({
  name,
  connectTimeout,
  upstreamConnectionOptions: { tcpKeepalive: { keepaliveProbes: 3, keepaliveTime: 10, keepaliveInterval: 10 } },
  loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }] },
  typedExtensionProtocolOptions: {
    [httpProtocolOptions]: pack(httpProtocolOptions, { explicitHttpConfig: { http2ProtocolOptions: {} } }),
  },
});
