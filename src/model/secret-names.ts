const identityPrefix = 'identity_cert:secret:';
const authorityPrefix = 'mesh_ca:secret:';

/** Name of the secret with a proxy's certificate and key. */
export const identitySecretName = (mesh: string): string => `${identityPrefix}${mesh}`;

/** Name of the secret with the certificates of a mesh's authority. */
export const authoritySecretName = (mesh: string): string => `${authorityPrefix}${mesh}`;

/** Name of the secret with the certificates of the authorities of all meshes. */
export const allAuthoritiesSecretName = authoritySecretName('all');

/** What is to be issued in a secret of this name; undefined for those that hold what they need. */
export function parseSecretName(
  name: string,
): { readonly holds: 'identity' | 'authority'; readonly mesh: string } | undefined {
  if (name.startsWith(identityPrefix)) return { holds: 'identity', mesh: name.slice(identityPrefix.length) };
  if (name.startsWith(authorityPrefix)) return { holds: 'authority', mesh: name.slice(authorityPrefix.length) };
  return undefined;
}
