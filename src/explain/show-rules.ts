import { rememberByIdentity } from '../lib/remember.js';
import { inboundAddress, outboundAddress, serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';
import {
  listenerItems,
  ruleFor,
  sectionItems,
  type MatchedPolicies,
  type MatchedType,
} from '../pipeline/match-proxy.js';
import { clusterNameOf } from '../plan/cluster-name.js';
import { listRules, type Rule, type SubsetTag } from '../rules/build-rules.js';
import type { InboundListener } from '../rules/select.js';
import { virtualOutbounds, type VirtualOutbounds } from '../rules/virtual-outbounds.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { orderConf } from './order-conf.js';
import { tagSetsOf } from './tag-sets.js';

/** One entry of `GET …/dataplanes/{name}/rules`. */
interface RuleEntry {
  readonly type: 'ClientSubset' | 'DestinationSubset' | 'SingleItem';
  readonly name?: string;
  readonly addresses?: readonly string[];
  readonly service?: string;
  readonly tags?: Tags;
  readonly policyType: string;
  readonly subset: Readonly<Record<string, string>>;
  readonly conf: unknown;
  readonly origins: readonly { readonly mesh: string; readonly name: string }[];
}

/** What the matched policies add up to: by client of an inbound, by destination, and for the proxy as a whole. */
export function showRules(matched: MatchedPolicies): object {
  const clients = matched.targetRef.map((type) => clientEntries(matched, type));
  const items = [
    ...matched.targetRef.flatMap((type) => [...singleEntries(matched, type), ...destinationEntries(matched, type)]),
    ...clients.flatMap(({ entries }) => entries),
  ];
  items.sort(
    (a, b) =>
      compareBytes(a.name ?? '', b.name ?? '') ||
      compareBytes(a.type, b.type) ||
      compareBytes(a.policyType, b.policyType),
  );
  const truncated = clients.some((each) => each.truncated);
  return { total: items.length, items, ...(truncated ? { truncated } : {}) };
}

function singleEntries(matched: MatchedPolicies, type: MatchedType): RuleEntry[] {
  const { single } = type.policy;
  if (single === undefined) return [];
  const rule = ruleFor(single, sectionItems(matched, type, single), {});
  return rule === undefined ? [] : [{ type: 'SingleItem', ...showRule(type, 'single', rule) }];
}

/**
 * Every rule of every listener that a policy reaches; listeners of a MeshGateway are no inbounds and have no name.
 * Where there are too many rules, those that clients of the mesh can meet.
 */
function clientEntries(
  { target: { snapshot, dataplane } }: MatchedPolicies,
  type: MatchedType,
): { readonly entries: readonly RuleEntry[]; readonly truncated: boolean } {
  const { from } = type.policy;
  if (from === undefined) return { entries: [], truncated: false };
  const lists = distinctListeners(type).map((listener) => ({
    place: placeOf(dataplane, listener),
    list: listRules(
      listenerItems(type, listener),
      (confs) => from.merge(confs),
      () => tagSetsOf(snapshot),
    ),
  }));
  return {
    entries: lists.flatMap(({ place, list }) =>
      list.rules.map((rule): RuleEntry => ({ type: 'ClientSubset', ...place, ...showRule(type, 'from', rule) })),
    ),
    truncated: lists.some(({ list }) => list.truncated),
  };
}

function distinctListeners({ matched }: MatchedType): readonly InboundListener[] {
  const listeners = matched.flatMap((each) => each.listeners);
  return [...new Map(listeners.map((each) => [`${each.address}:${each.port}`, each])).values()];
}

/** Of inbounds with one address the last one gives the name (Kuma 2.5). */
function placeOf({ spec }: Dataplane, { address, port }: InboundListener): Partial<RuleEntry> {
  const inbound = (spec.networking?.inbound ?? []).findLast(
    (each) => each.port === port && inboundAddress(spec, each) === address,
  );
  const addresses = [`${address}:${port}`];
  return inbound === undefined ? { addresses } : { ...nameTags(inbound.tags ?? {}, addresses) };
}

const nameTags = (tags: Tags, addresses: readonly string[]): Partial<RuleEntry> => ({
  name: clusterNameOf(tags),
  addresses,
  service: tagOf(tags, serviceTag),
  tags,
});

/**
 * Outbounds with the same tags are one destination with several addresses; those that the mesh has given out are
 * preceded by their names.
 */
function destinationEntries(matched: MatchedPolicies, type: MatchedType): RuleEntry[] {
  const { to } = type.policy;
  if (to === undefined) return [];
  const items = sectionItems(matched, type, to);
  const names = namesByAddress(matched.target.snapshot);
  const entries = new Map<string, RuleEntry>();
  for (const outbound of matched.target.dataplane.spec.networking?.outbound ?? []) {
    const tags = outbound.tags ?? {};
    const name = clusterNameOf(tags);
    const host = outboundAddress(outbound);
    const addresses = [...(names.get(host) ?? []), host].map((each) => `${each}:${outbound.port}`);
    const known = entries.get(name);
    if (known !== undefined) {
      entries.set(name, { ...known, addresses: [...new Set([...(known.addresses ?? []), ...addresses])] });
      continue;
    }
    const rule = ruleFor(to, items, tags);
    if (rule !== undefined)
      entries.set(name, { type: 'DestinationSubset', ...nameTags(tags, addresses), ...showRule(type, 'to', rule) });
  }
  return [...entries.values()];
}

/** The names of the addresses that a mesh has given out. */
const namesByAddress = (snapshot: MeshSnapshot): ReadonlyMap<string, readonly string[]> =>
  rememberNames(virtualOutbounds(snapshot));
const rememberNames = rememberByIdentity(
  ({ names }: VirtualOutbounds) => new Map(names.map((each) => [each.address, each.names])),
);

const showRule = (
  { policy }: MatchedType,
  section: 'to' | 'from' | 'single',
  { subset, conf, origins }: Rule<unknown>,
) => ({
  policyType: policy.kind.type,
  subset: showSubset(subset),
  conf: origins.length < 2 ? conf : orderConf(policy.kind, section, conf),
  origins,
});

/** As Kuma prints it: what a peer must not have is marked by `!`; of several values of one key the last one shows. */
const showSubset = (subset: readonly SubsetTag[]): Record<string, string> =>
  Object.fromEntries(subset.map(({ key, value, not }) => [key, not ? `!${value}` : value]));
