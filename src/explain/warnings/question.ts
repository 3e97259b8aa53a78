import { rememberByIdentity } from '../../lib/remember.js';
import type { Dataplane } from '../../model/dataplane.js';
import type { Resource } from '../../model/resource.js';
import { gatewayTagsOf, type Policies, type Policy } from '../../pipeline/match-proxy.js';
import { affectedTargetOf, selectListeners } from '../../rules/select.js';
import type { MeshSnapshot } from '../../snapshot/mesh-snapshot.js';
import { consumersOf } from './mesh-index.js';
import { proxyClassesOf, type ProxyClass } from './proxy-class.js';

/** What is asked about a policy. */
export interface Question<Kind> {
  readonly snapshot: MeshSnapshot;
  readonly policy: Kind;
  readonly resource: Resource;
  readonly policies: Policies;
  /** How many classes of proxies are looked at; whoever only wants to know whether there are doubts need not see all. */
  readonly atMost: number;
}

/** Nothing but one policy; the very same list each time, by which matching remembers what it found. */
export const onlyOf = rememberByIdentity((policy: Policy): Policies => ({ targetRef: [policy], legacy: [] }));

/** The proxies that the policy reaches, by name, worked out as they are asked for. */
export const affected = (ask: Question<Policy>): Generator<ProxyClass> =>
  take(ask.atMost, proxyClassesOf(ask.snapshot), reaches(ask));

/** Those consumers of a service that the policy reaches. */
export const affectedConsumers = (ask: Question<Policy>, service: string): Generator<ProxyClass> =>
  take(ask.atMost, consumersOf(ask.snapshot, service), reaches(ask));

type Judge = (dataplane: Dataplane) => boolean;

function reaches({ snapshot, policy, resource }: Question<Policy>): Judge {
  const ref = policy.topTargetRef(resource.spec);
  const gatewayTags = gatewayTagsOf(policy);
  return (dataplane) => selectListeners(affectedTargetOf(snapshot, dataplane), ref, gatewayTags).length > 0;
}

/** Those for which it is true, and no more than so many of them. */
export function* take(atMost: number, classes: Iterable<ProxyClass>, isWanted: Judge): Generator<ProxyClass> {
  let left = atMost;
  for (const each of classes) {
    if (!isWanted(each.dataplane)) continue;
    yield each;
    if (--left <= 0) return;
  }
}
