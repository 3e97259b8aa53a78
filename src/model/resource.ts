import type { Violation } from './violation.js';

/** Tag name to tag value, as on a Dataplane's inbound. Keyed by user text: never look keys up without `Object.hasOwn`. */
export type Tags = Readonly<Record<string, string>>;

/** The identity of a resource. `mesh` is the empty string for global kinds, and a Mesh is global. */
export interface ResourceKey {
  /** Name of the kind on the wire, e.g. `MeshTCPRoute`. */
  readonly type: string;
  readonly mesh: string;
  readonly name: string;
}

/** Position of a write in the store's global, gapless order; the first write is 1, an empty store is at 0. */
export type Revision = number;

/** What the store knows of a resource besides its spec. */
export interface ResourceMeta extends ResourceKey {
  /** RFC 3339 in UTC; equal on creation. */
  readonly creationTime: string;
  /** RFC 3339 in UTC; moves with every PUT, also when nothing changed (Kuma 2.5). */
  readonly modificationTime: string;
  /** Revision of the write that made the resource; breaks the ties that Kuma breaks by creation time. */
  readonly creationRevision: Revision;
  /** Revision of the last write of the resource; the ETag. */
  readonly revision: Revision;
}

/** A resource as the pure rooms see it: admitted, parsed, immutable. */
export interface Resource<Spec = unknown> extends ResourceMeta {
  readonly spec: Spec;
  /** The fields of the last PUT that the kind does not know, and that were left out; absent = none. */
  readonly unknownFields?: readonly Violation[];
}

/** What lists can filter on besides the name; derived from the spec by the kind, kept beside it. */
export interface Facets {
  /** One entry per inbound, or the gateway's tags: all tags asked for must hold within one entry. */
  readonly tagSets: readonly Tags[];
  /** How the Dataplane is a gateway; null for everything else. */
  readonly gateway: 'builtin' | 'delegated' | null;
}

/** The facets of a kind that lists cannot filter on. */
export const noFacets: Facets = { tagSets: [], gateway: null };

/** Compares two texts as byte strings (UTF-8), the order of every list in Kuma. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

/** UTF-16 puts surrogate pairs before U+E000..U+FFFF, UTF-8 after. */
const byteRank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);
