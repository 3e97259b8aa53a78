import type { Dataplane } from '../../model/dataplane.js';
import type { Resource } from '../../model/resource.js';
import { gatewayTagsOf, type Policies, type Policy } from '../../pipeline/match-proxy.js';
import { affectedTargetOf, selectListeners } from '../../rules/select.js';
import { dataplaneOf, type MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import { dataplanesOf } from '../dataplanes.js';
import { consumersOf } from './mesh-index.js';

/** What is asked about a policy. */
export interface Question<Kind> {
  readonly snapshot: MeshSnapshot;
  readonly policy: Kind;
  readonly resource: Resource;
  readonly policies: Policies;
}

/** The proxies that the policy reaches, by name, worked out as they are asked for. */
export function* affected({ snapshot, policy, resource }: Question<Policy>): Generator<Dataplane> {
  const ref = policy.topTargetRef(resource.spec);
  for (const dataplane of dataplanesOf(snapshot))
    if (selectListeners(affectedTargetOf(snapshot, dataplane), ref, gatewayTagsOf(policy)).length > 0) yield dataplane;
}

/** Those consumers of a service that the policy reaches. */
export function* affectedConsumers(
  { snapshot, policy, resource }: Question<Policy>,
  service: string,
): Generator<Dataplane> {
  const ref = policy.topTargetRef(resource.spec);
  for (const name of consumersOf(snapshot, service)) {
    const dataplane = dataplaneOf(snapshot, name);
    if (dataplane === undefined) continue;
    if (selectListeners(affectedTargetOf(snapshot, dataplane), ref, gatewayTagsOf(policy)).length > 0) yield dataplane;
  }
}
