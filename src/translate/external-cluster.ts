import { namedConfig, type Cluster, type LbEndpoint, type Message } from '../envoy/resources.js';
import { isIpAddress } from '../model/net.js';
import type { ClusterSource, ExternalEndpoint, ExternalTls } from '../plan/cluster-plan.js';
import { socketAddress } from './address.js';
import { translateTags } from './metadata.js';

type External = Extract<ClusterSource, { kind: 'external' }>;

/** Hosts outside of the mesh. */
export function translateExternal(clusterName: string, { endpoints, isV4Only }: External): Cluster {
  const tls = endpoints.flatMap((endpoint) => (endpoint.tls === undefined ? [] : [{ endpoint, tls: endpoint.tls }]));
  const hosts = endpoints.map(({ host }) => host);
  return {
    ...translateDiscovery(hosts, { isV4Only }),
    loadAssignment: { clusterName, endpoints: [{ lbEndpoints: endpoints.map(translateEndpoint) }] },
    ...(tls.length === 0 ? {} : { transportSocketMatches: tls.map(translateSocket) }),
  };
}

/** How hosts are found: names are looked up again and again, addresses stand for themselves. */
export const translateDiscovery = (
  hosts: readonly string[],
  { isV4Only }: { readonly isV4Only: boolean },
): Pick<Cluster, 'type' | 'dnsLookupFamily'> =>
  hosts.every(isIpAddress)
    ? { type: 'STATIC' }
    : { type: 'STRICT_DNS', ...(isV4Only ? { dnsLookupFamily: 'V4_ONLY' } : {}) };

const translateEndpoint = ({ host, port, tags }: ExternalEndpoint): LbEndpoint => ({
  endpoint: { address: socketAddress({ address: host, port }) },
  loadBalancingWeight: 1,
  ...translateTags(tags),
});

/** The endpoint's tags choose its own way of encrypting. */
const translateSocket = ({
  endpoint,
  tls,
}: {
  readonly endpoint: ExternalEndpoint;
  readonly tls: ExternalTls;
}): Message<'envoy.config.cluster.v3.Cluster.TransportSocketMatch'> => ({
  name: tls.name,
  match: Object.fromEntries(Object.entries(endpoint.tags).filter(([key]) => key !== 'kuma.io/service')),
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
  return { ...(sni === undefined ? {} : { sni }), commonTlsContext: { ...certificate, ...validation } };
}
