import { serviceTag } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import type { TargetRef, TargetRefInput } from '../model/target-ref.js';

/** The policy a rule comes from. */
export interface Origin {
  readonly mesh: string;
  readonly name: string;
}

/** One entry of a policy's `to`, `from` or `default`: a conf for the peers that hold all tags of the subset. */
export interface RuleItem<Conf> {
  /** Empty = all peers. */
  readonly subset: Tags;
  readonly conf: Conf;
  readonly origin: Origin;
}

/** The items of a list of entries with a targetRef each; entries whose kind names no set of tags give none. */
export function readItems<Entry extends { readonly targetRef?: TargetRefInput }, Conf>(
  entries: readonly Entry[] | undefined,
  origin: Origin,
  confOf: (entry: Entry) => Conf,
): RuleItem<Conf>[] {
  return (entries ?? []).flatMap((entry) => {
    const subset = entry.targetRef === undefined ? undefined : subsetOf(entry.targetRef as TargetRef);
    return subset === undefined ? [] : [{ subset, conf: confOf(entry), origin }];
  });
}

/** The tags that a targetRef asks for; undefined for kinds that name no set of tags. */
export function subsetOf(ref: TargetRef): Tags | undefined {
  switch (ref.kind) {
    case 'Mesh':
      return {};
    case 'MeshSubset':
      return ref.tags ?? {};
    case 'MeshService':
      return { [serviceTag]: ref.name ?? '' };
    case 'MeshServiceSubset':
      return { ...ref.tags, [serviceTag]: ref.name ?? '' };
    case 'MeshGateway':
    case 'MeshHTTPRoute':
      return undefined;
  }
}
