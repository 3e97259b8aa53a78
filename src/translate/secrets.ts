import type { Secret } from '../envoy/resources.js';
import { allAuthoritiesSecretName, authoritySecretName, identitySecretName } from '../model/secret-names.js';
import type { GatewayListenerPlan, GatewayTls } from '../plan/gateway-plan.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';

/** What stands in the place of keys and certificates until they are issued. */
const unissued = Buffer.from('not issued').toString('base64');

/** The secrets that listeners and clusters refer to. */
export function translateSecrets(plan: ProxyPlan): Map<string, Secret> {
  const { mesh, tls, inbounds, clusters, gateway } = plan;
  const gatewayTls = [...(gateway?.listeners.values() ?? [])].flatMap(tlsOf);
  const isCrossMesh = gatewayTls.some(({ kind }) => kind === 'mesh');
  const listensInMesh = isCrossMesh || (tls !== 'off' && inbounds.size > 0) || plan.own.metrics?.tls.kind === 'mesh';
  const upstreams = [...clusters.values()].flatMap((cluster) => (cluster.tls === undefined ? [] : [cluster.tls.mesh]));
  const meshes = new Set([...(listensInMesh ? [mesh] : []), ...upstreams]);
  return new Map([
    ...(meshes.size === 0 ? [] : [identity(mesh)]),
    ...[...meshes].map((name) => authority(authoritySecretName(name))),
    ...(isCrossMesh ? [authority(allAuthoritiesSecretName)] : []),
    ...gatewayTls.flatMap(serverCertificates),
  ]);
}

/** What proves a proxy to those of a mesh, and what it checks them by. */
export const meshSecrets = (mesh: string): Entry[] => [identity(mesh), authority(authoritySecretName(mesh))];

type Entry = readonly [name: string, secret: Secret];

function identity(mesh: string): Entry {
  const name = identitySecretName(mesh);
  const placeholder = { inlineBytes: unissued };
  return [name, { name, tlsCertificate: { certificateChain: placeholder, privateKey: placeholder } }];
}

const authority = (name: string): Entry => [
  name,
  { name, validationContext: { trustedCa: { inlineBytes: unissued } } },
];

const tlsOf = ({ traffic }: GatewayListenerPlan): GatewayTls[] =>
  (traffic.kind === 'http' ? traffic.hosts : traffic.chains).flatMap(({ tls }) => (tls === undefined ? [] : [tls]));

const serverCertificates = (tls: GatewayTls): Entry[] =>
  tls.kind === 'terminate'
    ? tls.certificates.map(({ name, chain, key }) => [
        name,
        { name, tlsCertificate: { certificateChain: { inlineString: chain }, privateKey: { inlineString: key } } },
      ])
    : [];
