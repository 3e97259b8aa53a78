import { isBuiltinGateway, type Dataplane } from '../model/dataplane.js';
import type { Resource } from '../model/resource.js';
import type { Policy } from '../policies/policy.js';
import { selectListeners } from '../rules/select.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';

/** The Dataplanes that a policy reaches, by name. */
export function affectedDataplanes(snapshot: MeshSnapshot, policy: Policy, resource: Resource): readonly Dataplane[] {
  const ref = policy.topTargetRef(resource.spec);
  return (resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[]).filter(
    (dataplane) => selectListeners(dataplane, ref).length > 0,
  );
}

/** `GET …/{policy}/{name}/dataplanes`: sidecars and where the policy attaches to them. */
export function inspectAttachments(snapshot: MeshSnapshot, policy: Policy, resource: Resource): object {
  const items = affectedDataplanes(snapshot, policy, resource)
    .filter(({ spec }) => !isBuiltinGateway(spec))
    .map(({ mesh, name }) => ({
      kind: 'SidecarDataplane',
      dataplane: { mesh, name },
      attachments: [{ type: 'dataplane' }],
    }));
  return { total: items.length, items };
}
