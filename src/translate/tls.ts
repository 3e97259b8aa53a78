import { namedConfig, type Message } from '../envoy/resources.js';
import type { UpstreamTls } from '../plan/cluster-plan.js';

type CommonTlsContext = Message<'envoy.extensions.transport_sockets.tls.v3.CommonTlsContext'>;
type SubjectMatcher = Message<'envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher'>;
type SdsConfig = Message<'envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig'>;

/** Name of the secret with a proxy's certificate and key. */
export const identitySecretName = (mesh: string): string => `identity_cert:secret:${mesh}`;

/** Name of the secret with the certificates of a mesh's authority. */
export const authoritySecretName = (mesh: string): string => `mesh_ca:secret:${mesh}`;

const fromControlPlane = (name: string): SdsConfig => ({ name, sdsConfig: { ads: {}, resourceApiVersion: 'V3' } });

const commonContext = (mesh: string, subject: SubjectMatcher): CommonTlsContext => ({
  combinedValidationContext: {
    defaultValidationContext: { matchTypedSubjectAltNames: [subject] },
    validationContextSdsSecretConfig: fromControlPlane(authoritySecretName(mesh)),
  },
  tlsCertificateSdsSecretConfigs: [fromControlPlane(identitySecretName(mesh))],
});

/** A connection to the proxy of a service: it must have the identity of the service. */
export const upstreamTlsSocket = ({ mesh, service, sni }: UpstreamTls) =>
  namedConfig('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    sni,
    commonTlsContext: {
      alpnProtocols: ['kuma'],
      ...commonContext(mesh, { sanType: 'URI', matcher: { exact: `spiffe://${mesh}/${service}` } }),
    },
  });

/** A connection from a proxy of the mesh: it must have any identity of the mesh. */
export const downstreamTlsSocket = (mesh: string) =>
  namedConfig('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    requireClientCertificate: true,
    commonTlsContext: commonContext(mesh, { sanType: 'URI', matcher: { prefix: `spiffe://${mesh}/` } }),
  });
