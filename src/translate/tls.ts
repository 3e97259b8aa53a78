import { namedConfig, type Message } from '../envoy/resources.js';
import { allAuthoritiesSecretName, authoritySecretName, identitySecretName } from '../model/secret-names.js';
import type { UpstreamTls } from '../plan/cluster-plan.js';

type CommonTlsContext = Message<'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext'>;
type SubjectMatcher = Message<'envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher'>;
type SdsConfig = Message<'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig'>;

/** Waits for the first bytes of a connection to see whether it is TLS. */
export const tlsInspector = namedConfig(
  'envoy.filters.listener.tls_inspector',
  'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  {},
);

const fromControlPlane = (name: string): SdsConfig => ({ name, sdsConfig: { ads: {}, resourceApiVersion: 'V3' } });

const commonContext = (mesh: string, subject: SubjectMatcher, ownMesh = mesh): CommonTlsContext => ({
  combinedValidationContext: {
    defaultValidationContext: { matchTypedSubjectAltNames: [subject] },
    validationContextSdsSecretConfig: fromControlPlane(authoritySecretName(mesh)),
  },
  tlsCertificateSdsSecretConfigs: [fromControlPlane(identitySecretName(ownMesh))],
});

/** A connection from a proxy of any mesh: it must have any identity of any mesh. */
export const anyMeshTlsSocket = (mesh: string) =>
  namedConfig('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    requireClientCertificate: true,
    commonTlsContext: {
      combinedValidationContext: {
        defaultValidationContext: {},
        validationContextSdsSecretConfig: fromControlPlane(allAuthoritiesSecretName),
      },
      tlsCertificateSdsSecretConfigs: [fromControlPlane(identitySecretName(mesh))],
    },
  });

/** A connection from anywhere, to a server with these certificates. */
export const serverTlsSocket = (certificates: readonly string[], alpnProtocols: readonly string[]) =>
  namedConfig('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    requireClientCertificate: false,
    commonTlsContext: {
      tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_2' },
      ...(alpnProtocols.length === 0 ? {} : { alpnProtocols: [...alpnProtocols] }),
      tlsCertificateSdsSecretConfigs: certificates.map(fromControlPlane),
    },
  });

/** A connection to the proxy of a service: it must have the identity of the service, or any of the mesh. */
export const upstreamTlsSocket = ({ mesh, ownMesh, service, sni }: UpstreamTls) =>
  namedConfig('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    ...(sni === undefined ? {} : { sni }),
    commonTlsContext: {
      alpnProtocols: ['kuma'],
      ...commonContext(
        mesh,
        {
          sanType: 'URI',
          matcher: service === undefined ? { prefix: `spiffe://${mesh}/` } : { exact: `spiffe://${mesh}/${service}` },
        },
        ownMesh,
      ),
    },
  });

/** A connection from a proxy of the mesh: it must have any identity of the mesh. */
export const downstreamTlsSocket = (mesh: string) =>
  namedConfig('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    requireClientCertificate: true,
    commonTlsContext: commonContext(mesh, { sanType: 'URI', matcher: { prefix: `spiffe://${mesh}/` } }),
  });
