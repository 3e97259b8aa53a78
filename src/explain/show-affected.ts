import { isBuiltinGateway, type Dataplane } from '../model/dataplane.js';
import type { Resource } from '../model/resource.js';
import type { LegacyPolicy, Policies, Policy } from '../pipeline/match-proxy.js';
import { gatewayTagsOf, matchProxy } from '../pipeline/match-proxy.js';
import { matcherOf, selectForProxy, type LegacyResource } from '../rules/legacy-selection.js';
import { affectedTargetOf, selectListeners } from '../rules/select.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { dataplanesOf } from './dataplanes.js';
import { showGatewayAttachment } from './show-gateway.js';
import { attachedPolicies, compareAttachments, showAttachment } from './show-policies.js';

/** The Dataplanes that a targetRef policy reaches, by name. */
export function affectedByTargetRef(snapshot: MeshSnapshot, policy: Policy, { spec }: Resource): readonly Dataplane[] {
  const ref = policy.topTargetRef(spec);
  return dataplanesOf(snapshot).filter(
    (dataplane) => selectListeners(affectedTargetOf(snapshot, dataplane), ref, gatewayTagsOf(policy)).length > 0,
  );
}

/** The Dataplanes that an older policy names, by name. */
export const affectedBySelectors = (snapshot: MeshSnapshot, policy: LegacyResource): readonly Dataplane[] =>
  dataplanesOf(snapshot).filter((dataplane) => isNamedBy(policy, dataplane));

/**
 * True when an older policy names the Dataplane: as a source or a destination of connections, or by a selector. Wider
 * than where it attaches: whether another policy is more specific plays no part (Kuma 2.5).
 */
export function isNamedBy(policy: LegacyResource, dataplane: Dataplane): boolean {
  const { sources = [], destinations = [], selectors } = policy.spec;
  const matches = matcherOf(dataplane);
  return selectors !== undefined || (sources.length === 0 && destinations.length === 0)
    ? selectForProxy([policy], matches) !== undefined
    : [...sources, ...destinations].some(({ match = {} }) => matches(match));
}

/** `GET …/{policy}/{name}/dataplanes`: sidecars and gateways, and where the policy attaches to them. */
export function showAttachments(
  snapshot: MeshSnapshot,
  policy: Policy | LegacyPolicy,
  name: string,
  policies: Policies,
): object {
  const { type } = policy.kind;
  const items = dataplanesOf(snapshot).flatMap((dataplane) => {
    if (isBuiltinGateway(dataplane.spec))
      return showGatewayAttachment(snapshot, dataplane, { type, name }, policies) ?? [];
    const attachments = attachedPolicies(matchProxy(snapshot, dataplane, only(policies, policy)))
      .filter((each) => each.type === type)
      .flatMap(({ at, policies: matched }) => matched.filter((each) => each.name === name).map(() => at))
      .sort(compareAttachments)
      .map(showAttachment);
    const { mesh } = dataplane;
    return attachments.length === 0
      ? []
      : [{ kind: 'SidecarDataplane', dataplane: { mesh, name: dataplane.name }, attachments }];
  });
  return { total: items.length, items };
}

/** The policies that decide where one attaches: its own kind, and routes, which lead to services. */
const only = ({ targetRef, legacy }: Policies, { kind }: Policy | LegacyPolicy): Policies => ({
  targetRef: targetRef.filter((each) => each.kind === kind),
  legacy: legacy.filter((each) => each.kind === kind || each.destinations !== undefined),
});
