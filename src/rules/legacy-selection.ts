import { matchesSelector, serviceTag, type Dataplane } from '../model/dataplane.js';
import type { Resource, Tags } from '../model/resource.js';
import type { Selector } from '../model/selector.js';
import { resourcesByName, resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive, keepList } from '../snapshot/question.js';
import { addRanks, compareRanks, lowestRank, rankOf, type Rank } from './rank.js';
import { shapeOf } from './shape.js';

/** Where a policy of the older form says whom it concerns: connections from sources to destinations, or proxies. */
export interface LegacySpec {
  readonly sources?: readonly Selector[];
  readonly destinations?: readonly Selector[];
  readonly selectors?: readonly Selector[];
}

export type LegacyResource = Resource<LegacySpec>;

/** Judges whether somebody's tags hold those of a selector. */
export type Matcher = (selector: Tags) => boolean;

/**
 * Whether a Dataplane holds a selector: one of its inbounds as a whole (whatever its state), or its gateway's tags.
 * The notion of the older policies and of MeshGateways.
 */
export const matcherOf =
  ({ spec }: Dataplane): Matcher =>
  (selector) => {
    const { inbound = [], gateway } = spec.networking ?? {};
    return (
      inbound.some(({ tags }) => matchesSelector(tags, selector)) ||
      (gateway !== undefined && matchesSelector(gateway.tags ?? {}, selector))
    );
  };

/** A policy that is in question, and how specific it is. */
interface Candidate {
  readonly policy: LegacyResource;
  readonly rank: Rank;
}

/** The more specific of two candidates; of equals the one created later, else the first. */
const isBetter = (candidate: Candidate, best: Candidate | undefined): boolean => {
  if (best === undefined) return true;
  const order = compareRanks(candidate.rank, best.rank);
  return order > 0 || (order === 0 && candidate.policy.creationRevision > best.policy.creationRevision);
};

const better = (candidate: Candidate, best: Candidate | undefined): Candidate =>
  best !== undefined && !isBetter(candidate, best) ? best : candidate;

/** The highest rank among the selectors that match; undefined when none does. */
function bestRank(selectors: readonly Selector[] | undefined, matches: Matcher): Rank | undefined {
  let best: Rank | undefined;
  for (const { match = {} } of selectors ?? []) {
    if (!matches(match)) continue;
    const rank = rankOf(match);
    if (best === undefined || compareRanks(rank, best) > 0) best = rank;
  }
  return best;
}

/** Policies of one type with whom they are asked for. */
interface Sought {
  readonly type: string;
  readonly dataplane: Dataplane;
}

const policiesOf = (snapshot: MeshSnapshot, type: string): readonly LegacyResource[] =>
  resourcesOf(snapshot, type) as readonly LegacyResource[];

/** The policies of a type that have a Dataplane among their sources, by name. */
const askCandidates = derive({
  keyOf: ({ type, dataplane }: Sought) => `${type} ${shapeOf(dataplane)}`,
  answer: (snapshot, { type, dataplane }): readonly Candidate[] => {
    const isSource = matcherOf(dataplane);
    return policiesOf(snapshot, type).flatMap((policy) => {
      const rank = bestRank(policy.spec.sources, isSource);
      return rank === undefined ? [] : [{ policy, rank }];
    });
  },
  settle: (before, after) =>
    before.length === after.length && before.every(({ policy }, i) => policy === after[i]?.policy) ? before : after,
});

/**
 * The policy of a type that holds for the connections from a Dataplane to each service: the most specific in sources and
 * destination together. Services without a policy are absent.
 */
export const selectByService = derive({
  keyOf: ({ type, dataplane, services }: Sought & { readonly services: readonly string[] }) =>
    `${type} ${JSON.stringify(services)} ${shapeOf(dataplane)}`,
  answer: (snapshot, sought): ReadonlyMap<string, LegacyResource> => {
    const selected = new Map<string, LegacyResource>();
    if (resourcesByName(snapshot, sought.type).size === 0) return selected;
    const candidates = askCandidates(snapshot, sought);
    for (const service of sought.services) {
      const best = selectBest(candidates, { [serviceTag]: service });
      if (best !== undefined) selected.set(service, best);
    }
    return selected;
  },
  settle: (before, after) =>
    before.size === after.size && [...after].every(([service, policy]) => before.get(service) === policy)
      ? before
      : after,
});

function selectBest(candidates: readonly Candidate[], destination: Tags): LegacyResource | undefined {
  let best: Candidate | undefined;
  for (const { policy, rank } of candidates) {
    const own = bestRank(policy.spec.destinations, (selector) => matchesSelector(destination, selector));
    if (own !== undefined) best = better({ policy, rank: addRanks(own, rank) }, best);
  }
  return best?.policy;
}

/** The policy whose destinations name an inbound most specifically; sources play no part. */
export const selectForInbound = (policies: readonly LegacyResource[], tags: Tags): LegacyResource | undefined =>
  selectBest(
    policies.map((policy) => ({ policy, rank: lowestRank })),
    tags,
  );

/** Policies of one type with the tags of the inbound for which they are asked. */
interface SoughtInbound {
  readonly type: string;
  readonly tags: Tags;
}

const keyOfInbound = ({ type, tags }: SoughtInbound): string => `${type} ${JSON.stringify(tags)}`;

/** The policy of a type that names an inbound most specifically, if there is one. */
export const findForInbound = derive({
  keyOf: keyOfInbound,
  answer: (snapshot, { type, tags }): LegacyResource | undefined => selectForInbound(policiesOf(snapshot, type), tags),
});

/** Every policy of a type that names an inbound, as `selectAllForInbound` orders them. */
export const listForInbound = derive({
  keyOf: keyOfInbound,
  answer: (snapshot, { type, tags }): readonly LegacyResource[] =>
    selectAllForInbound(policiesOf(snapshot, type), tags),
  settle: (before, after) => keepList(before, after),
});

/** The policy of a type that selects a proxy most specifically. */
export const findForProxy = derive({
  keyOf: ({ type, dataplane }: Sought) => `${type} ${shapeOf(dataplane)}`,
  answer: (snapshot, { type, dataplane }): LegacyResource | undefined =>
    selectForProxy(policiesOf(snapshot, type), matcherOf(dataplane)),
});

/**
 * Every policy whose destinations name an inbound, once for each selector that does; the most specific first source
 * comes first, of equals the one created later.
 */
export function selectAllForInbound(policies: readonly LegacyResource[], tags: Tags): readonly LegacyResource[] {
  const rank = ({ spec }: LegacyResource): Rank => rankOf(spec.sources?.[0]?.match ?? {});
  return policies
    .flatMap((policy) =>
      (policy.spec.destinations ?? []).filter(({ match = {} }) => matchesSelector(tags, match)).map(() => policy),
    )
    .sort((a, b) => compareRanks(rank(b), rank(a)) || b.creationRevision - a.creationRevision);
}

/**
 * The policy that selects a proxy most specifically. One without selectors, or with an empty one, selects all and is
 * taken only where nothing better is.
 */
export function selectForProxy<Policy extends LegacyResource>(
  policies: readonly Policy[],
  matches: Matcher,
): Policy | undefined {
  let best: { readonly policy: Policy; readonly rank: Rank } | undefined;
  for (const policy of policies) {
    const selectors = policy.spec.selectors ?? [];
    for (const { match = {} } of selectors.length === 0 ? [{}] : selectors) {
      const candidate = { policy, rank: rankOf(match) };
      if ((Object.keys(match).length === 0 || matches(match)) && isBetter(candidate, best)) best = candidate;
    }
  }
  return best?.policy;
}
