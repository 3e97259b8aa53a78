import { namedConfig, type Cluster, type LbEndpoint, type Message } from '../envoy/resources.js';
import { serviceTag } from '../model/dataplane.js';
import { isIpAddress } from '../model/net.js';
import { compareBytes, type Tags } from '../model/resource.js';
import type { ClusterSource, ExternalEndpoint, ExternalTls } from '../plan/cluster-plan.js';
import { socketAddress } from './address.js';
import { assignEndpoints, type EndpointOptions } from './endpoints.js';
import { translateTags } from './metadata.js';

type External = Extract<ClusterSource, { kind: 'external' }>;
type Host = Extract<ClusterSource, { kind: 'host' }>;

/** Hosts outside of the mesh; those given by name are looked up again and again. */
export function translateExternal(
  clusterName: string,
  { endpoints, isV4Only }: External,
  options: EndpointOptions,
): Cluster {
  const hasNames = endpoints.some(({ host }) => !isIpAddress(host));
  const sorted = [...endpoints].sort((a, b) => compareBytes(a.host, b.host) || a.port - b.port);
  const tls = endpoints.flatMap((endpoint) => (endpoint.tls === undefined ? [] : [{ endpoint, tls: endpoint.tls }]));
  return {
    type: hasNames ? 'STRICT_DNS' : 'STATIC',
    ...(hasNames && isV4Only ? { dnsLookupFamily: 'V4_ONLY' } : {}),
    loadAssignment: assignEndpoints(clusterName, sorted, translateEndpoint, options),
    ...(tls.length === 0
      ? {}
      : { transportSocketMatches: tls.map((each) => translateSocket(each.tls, each.endpoint.tags)) }),
  };
}

/** One host outside of the mesh that serves the proxies themselves. */
export const translateHost = (clusterName: string, { host, port, isV4Only, tls }: Host): Cluster => ({
  ...(isIpAddress(host)
    ? { type: 'STATIC' }
    : { type: 'STRICT_DNS', ...(isV4Only ? { dnsLookupFamily: 'V4_ONLY' } : {}) }),
  loadAssignment: {
    clusterName,
    endpoints: [{ lbEndpoints: [{ endpoint: { address: socketAddress({ address: host, port }) } }] }],
  },
  ...(tls === undefined ? {} : { transportSocketMatches: [translateSocket(tls, {})] }),
});

const translateEndpoint = ({ host, port, tags }: ExternalEndpoint): LbEndpoint => ({
  endpoint: { address: socketAddress({ address: host, port }) },
  loadBalancingWeight: 1,
  ...translateTags(tags),
});

/** The endpoint's tags choose its own way of encrypting. */
const translateSocket = (
  tls: ExternalTls,
  tags: Tags,
): Message<'envoy.config.cluster.v3.Cluster.TransportSocketMatch'> => ({
  name: tls.name,
  match: Object.fromEntries(Object.entries(tags).filter(([key]) => key !== serviceTag)),
  transportSocket: namedConfig(
    'envoy.transport_sockets.tls',
    'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    translateContext(tls),
  ),
});

function translateContext({
  sni,
  subjectNames,
  ca,
  clientCertificate,
  clientKey,
  allowRenegotiation = false,
}: ExternalTls): Message<'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext'> {
  const certificate =
    clientCertificate === undefined || clientKey === undefined
      ? {}
      : {
          tlsCertificates: [
            { certificateChain: { inlineBytes: clientCertificate }, privateKey: { inlineBytes: clientKey } },
          ],
        };
  const validation =
    ca === undefined
      ? {}
      : {
          validationContext: {
            trustedCa: { inlineBytes: ca },
            ...(subjectNames.length === 0
              ? {}
              : {
                  matchTypedSubjectAltNames: subjectNames.flatMap((name) => [
                    { sanType: 'DNS' as const, matcher: { exact: name } },
                    { sanType: 'IP_ADDRESS' as const, matcher: { exact: name } },
                  ]),
                }),
          },
        };
  const common = { ...certificate, ...validation };
  return {
    ...(sni === undefined ? {} : { sni }),
    ...(allowRenegotiation ? { allowRenegotiation } : {}),
    ...(Object.keys(common).length === 0 ? {} : { commonTlsContext: common }),
  };
}
