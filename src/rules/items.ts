import type { Tags } from '../model/resource.js';
import { serviceTag } from '../model/dataplane.js';
import type { TargetRef } from '../model/target-ref.js';

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
