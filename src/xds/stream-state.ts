import { hash } from 'node:crypto';

import type { XdsSection } from '../envoy/type-urls.js';
import { ruleOf } from './delivery-order.js';

/** A resource, encoded once for all proxies. */
export interface EncodedResource {
  /** Hash of its content. */
  readonly version: string;
  /** It as a field of a response: an Any with its tag and length. */
  readonly bytes: Uint8Array;
}

/** What a proxy shall have of one type. */
export interface TargetSection {
  /** Hash of the versions of the resources. */
  readonly version: string;
  readonly resources: ReadonlyMap<string, EncodedResource>;
}

/** What a proxy shall have. */
export type Target = Readonly<Record<XdsSection, TargetSection>>;

/** What a client asks for. */
export interface Subscription {
  readonly isWildcard: boolean;
  readonly names: ReadonlySet<string>;
  /** Names were given at some time: since then no names means nothing, not all. */
  readonly hasNamed: boolean;
}

/** A response that the client has not answered yet. */
export interface Pending {
  readonly nonce: string;
  readonly version: string;
  readonly names: readonly string[];
}

/** A resource that a client has; an empty version is one that is not known. */
export interface Held {
  readonly version: string;
}

/** A section of the target, and the clusters that the client had. */
export interface Settled {
  readonly section: TargetSection;
  readonly clusters: ReadonlyMap<string, Held> | undefined;
}

/** What is known of one type of resource on a stream. */
export interface TypeState {
  readonly subscription: Subscription;
  /** What the client has by name, as far as it was sent or told. */
  readonly held: ReadonlyMap<string, Held>;
  /** State of the world: the version of everything that the client says it has from an earlier stream. */
  readonly claimed: string | undefined;
  /** The client waits for an answer, even an empty one. */
  readonly mustAnswer: boolean;
  readonly pending: Pending | undefined;
  /** The newest version that the client took. */
  readonly acknowledged: string | undefined;
  /**
   * What nothing differs from: known to hold without looking as long as these are the same (===). Of endpoints also
   * depends which clusters the client has.
   */
  readonly settled: Settled | undefined;
  /** What the client refused; not sent again. Undefined as soon as it takes something. */
  readonly rejected: { readonly version: string; readonly message: string } | undefined;
}

/** What a stream has come to. */
export interface StreamState {
  readonly mode: 'sotw' | 'delta';
  /** Of the newest response; one count for all types (Kuma 2.5). */
  readonly nonce: number;
  /** Undefined until it is known. */
  readonly target: Target | undefined;
  /** By type, what is no longer wanted and must not go yet. */
  readonly lingering: ReadonlyMap<XdsSection, ReadonlyMap<string, EncodedResource>>;
  /** Types that the client asked for. */
  readonly types: ReadonlyMap<XdsSection, TypeState>;
}

/** A stream on which nothing has been said. */
export const openStream = (mode: StreamState['mode']): StreamState => ({
  mode,
  nonce: 0,
  target: undefined,
  lingering: new Map(),
  types: new Map(),
});

/** A resource as one client is to have it. */
export interface Wanted extends Held {
  readonly bytes: Uint8Array;
}

/** What the client is to have of a type: the target, as far as it asks for it, and what lingers. */
export function wantedOf(state: StreamState, section: XdsSection): ReadonlyMap<string, Wanted> {
  const type = state.types.get(section);
  if (type === undefined || state.target === undefined) return new Map();
  const { isWildcard, names } = type.subscription;
  if (isWildcard && section !== 'endpoints' && !state.lingering.has(section)) return state.target[section].resources;
  const wanted = new Map<string, Wanted>();
  const add = (name: string, resource: EncodedResource): void => {
    if (isWildcard || names.has(name))
      wanted.set(name, section === 'endpoints' ? warm(state, name, resource) : resource);
  };
  for (const [name, resource] of state.lingering.get(section) ?? []) add(name, resource);
  for (const [name, resource] of state.target[section].resources) add(name, resource);
  return wanted;
}

/**
 * Endpoints are of another version as soon as the client has another version of their cluster: Envoy then waits for them
 * (warming) although they are equal.
 */
function warm({ types, target }: StreamState, name: string, { version, bytes }: EncodedResource): Wanted {
  const cluster = types.get('clusters')?.held.get(name) ?? target?.clusters.resources.get(name);
  return { version: `${version}.${cluster?.version ?? ''}`, bytes };
}

/** Hash of the versions, independent of their order; they are hashes of the contents, of which the names are a part. */
export function hashVersions(resources: ReadonlyMap<string, Held>): string {
  const versions: string[] = [];
  for (const { version } of resources.values()) versions.push(version);
  return hash('sha256', versions.sort().join(' '), 'base64url').slice(0, 22);
}

/** The version of all that a client is to have of a type. */
export function versionOfWanted(state: StreamState, section: XdsSection, wanted: ReadonlyMap<string, Wanted>): string {
  const target = state.target?.[section];
  const isTarget =
    section !== 'endpoints' &&
    target?.resources.size === wanted.size &&
    (state.lingering.get(section)?.size ?? 0) === 0;
  return isTarget ? target.version : hashVersions(wanted);
}

/** Of these types the client learns that a resource has gone; the others it lets go with what refers to them. */
export const tellsRemovals = (section: XdsSection): boolean => ruleOf.get(section)?.hasWildcard === true;
