import { isBuiltinGateway, type Dataplane } from '../model/dataplane.js';
import type { ResourceMeta } from '../model/resource.js';
import type { MatchedType } from '../pipeline/compute-proxy.js';

/** Metadata of a policy as the inspect answers show it. */
export const showMeta = ({ type, mesh, name, creationTime, modificationTime }: ResourceMeta) => ({
  type,
  mesh,
  name,
  creationTime,
  modificationTime,
});

/** `GET …/dataplanes/{name}/policies`: which policies reach the proxy, and where they attach. */
export function inspectPolicies(dataplane: Dataplane, matched: readonly MatchedType[]): object {
  if (isBuiltinGateway(dataplane.spec)) {
    return { kind: 'MeshGatewayDataplane', gateway: { mesh: '', name: '' }, listeners: [] };
  }
  const matchedPolicies = Object.fromEntries(
    matched
      .map((type) => [type.policy.kind.type, type.matched.map(({ policy }) => showMeta(policy))] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const items = matched.length === 0 ? [] : [{ type: 'dataplane', matchedPolicies }];
  return { kind: 'SidecarDataplane', total: items.length, items };
}
