import { parseSecretName } from '../../model/secret-names.js';
import type { ProxyKey, Secrets } from '../proxy-hooks.js';

/** Who holds the identity of a zone egress in a mesh; no Dataplane can have such a name. */
export const egressHolder = (mesh: string, egress: string): ProxyKey => ({
  mesh,
  name: `zone-egress:${egress}`,
  proxyType: 'egress',
});

/** The secrets of a zone egress, which has an identity of its own in every mesh. Rejects when one cannot be had. */
export async function issueForEgress(
  issue: (holder: ProxyKey, secrets: Secrets) => Secrets | Promise<Secrets>,
  egress: string,
  secrets: Secrets,
): Promise<Secrets> {
  const byMesh = new Map<string, Map<string, object>>();
  for (const [name, secret] of secrets) {
    const mesh = parseSecretName(name)?.mesh ?? '';
    byMesh.set(mesh, (byMesh.get(mesh) ?? new Map<string, object>()).set(name, secret));
  }
  const issued = [...byMesh].map(async ([mesh, ofMesh]) => issue(egressHolder(mesh, egress), ofMesh));
  return new Map((await Promise.all(issued)).flatMap((ofMesh) => [...ofMesh]));
}
