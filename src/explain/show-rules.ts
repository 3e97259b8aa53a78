import { isBuiltinGateway, outboundAddress, serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';
import { toItems, type MatchedType } from '../pipeline/compute-proxy.js';
import { clusterNameOf } from '../plan/cluster-name.js';
import { lookupRule, type SubsetTag } from '../rules/build-rules.js';

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

/** What the matched policies add up to: one entry per destination and policy type. */
export function inspectRules(dataplane: Dataplane, matched: readonly MatchedType[]): object {
  const items = isBuiltinGateway(dataplane.spec) ? [] : matched.flatMap((type) => destinationEntries(dataplane, type));
  items.sort(
    (a, b) =>
      compareBytes(a.name ?? '', b.name ?? '') ||
      compareBytes(a.type, b.type) ||
      compareBytes(a.policyType, b.policyType),
  );
  return { total: items.length, items };
}

/** Outbounds with the same tags are one destination with several addresses. */
function destinationEntries(dataplane: Dataplane, type: MatchedType): RuleEntry[] {
  const toSection = type.policy.to;
  if (toSection === undefined) return [];
  const items = toItems(type);
  const entries = new Map<string, RuleEntry>();
  for (const outbound of dataplane.spec.networking?.outbound ?? []) {
    const tags = outbound.tags ?? {};
    const name = clusterNameOf(tags);
    const address = `${outboundAddress(outbound)}:${outbound.port}`;
    const known = entries.get(name);
    if (known !== undefined) {
      const addresses = [...new Set([...(known.addresses ?? []), address])];
      entries.set(name, { ...known, addresses });
      continue;
    }
    const rule = lookupRule(items, tags, (confs) => toSection.merge(confs));
    if (rule === undefined) continue;
    entries.set(name, {
      type: 'DestinationSubset',
      name,
      addresses: [address],
      service: tagOf(tags, serviceTag),
      tags,
      policyType: type.policy.kind.type,
      subset: showSubset(rule.subset),
      conf: rule.conf,
      origins: rule.origins,
    });
  }
  return [...entries.values()];
}

/** As Kuma prints it: what a peer must not have is marked by `!`; of several values of one key the last one shows. */
const showSubset = (subset: readonly SubsetTag[]): Record<string, string> =>
  Object.fromEntries(subset.map(({ key, value, not }) => [key, not ? `!${value}` : value]));
