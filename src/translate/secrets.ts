import type { Secret } from '../envoy/resources.js';
import type { ProxyPlan } from '../plan/proxy-plan.js';
import { authoritySecretName, identitySecretName } from './tls.js';

/** What stands in the place of keys and certificates until they are issued. */
const unissued = Buffer.from('not issued').toString('base64');

/** The secrets that listeners and clusters refer to. */
export function translateSecrets({ mesh, tls, inbounds, clusters }: ProxyPlan): Map<string, Secret> {
  const refers =
    [...clusters.values()].some((cluster) => cluster.tls !== undefined) || (tls !== 'off' && inbounds.size > 0);
  if (!refers) return new Map();
  const identity = identitySecretName(mesh);
  const authority = authoritySecretName(mesh);
  return new Map<string, Secret>([
    [
      identity,
      {
        name: identity,
        tlsCertificate: { certificateChain: { inlineBytes: unissued }, privateKey: { inlineBytes: unissued } },
      },
    ],
    [authority, { name: authority, validationContext: { trustedCa: { inlineBytes: unissued } } }],
  ]);
}
