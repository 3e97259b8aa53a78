import { serviceTag, tagOf } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import { firstMatch } from './gateway-listeners.js';
import type { LegacyResource } from './legacy-selection.js';
import { addRanks, compareRanks, rankOf } from './rank.js';

/** Traffic of a builtin gateway: from a listener to the instances that are meant, each by its tags. */
export interface GatewayTraffic {
  readonly listener: Tags;
  readonly destination: Tags;
}

/** The most specific policy for some traffic of a gateway; of equals the one created later. */
export function selectForGateway<Policy extends LegacyResource>(
  policies: readonly Policy[],
  { listener, destination }: GatewayTraffic,
): Policy | undefined {
  const candidates = policies.flatMap((policy) => {
    const from = firstMatch(policy.spec.sources, listener);
    const to = firstMatch(policy.spec.destinations, destination);
    return from === undefined || to === undefined ? [] : [{ policy, rank: addRanks(rankOf(from), rankOf(to)) }];
  });
  const [best] = candidates.sort(
    (a, b) => compareRanks(b.rank, a.rank) || b.policy.creationRevision - a.policy.creationRevision,
  );
  return best?.policy;
}

/**
 * The one policy for traffic that goes to several destinations at once: of those of each destination that name its
 * service or every service, the oldest; one for every service before all others (Kuma 2.5).
 */
export function selectForSplit<Policy extends LegacyResource>(
  policies: readonly Policy[],
  traffic: readonly GatewayTraffic[],
): Policy | undefined {
  const seen = new Set<Policy>();
  const forAll: Policy[] = [];
  const forOne: Policy[] = [];
  for (const each of traffic) {
    const policy = selectForGateway(policies, each);
    if (policy === undefined || seen.has(policy)) continue;
    seen.add(policy);
    const services = (policy.spec.destinations ?? []).map(({ match }) => tagOf(match, serviceTag));
    if (services.includes('*')) forAll.push(policy);
    else if (services.includes(tagOf(each.destination, serviceTag))) forOne.push(policy);
  }
  const [oldest] = (forAll.length > 0 ? forAll : forOne).sort((a, b) => a.creationRevision - b.creationRevision);
  return oldest;
}
