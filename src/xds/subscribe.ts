import type { XdsSection } from '../envoy/type-urls.js';
import { ruleOf } from './delivery-order.js';
import type { Held, Subscription, TypeState } from './stream-state.js';

/** A request of the state-of-the-world protocol. */
export interface SotwRequest {
  readonly section: XdsSection;
  readonly names: readonly string[];
  /** Version that the client has; empty for none. */
  readonly version: string;
  /** Of the response that it answers; empty for none. */
  readonly nonce: string;
  /** Why the response was refused; undefined when it was not. */
  readonly error?: string;
}

/** A request of the incremental protocol. */
export interface DeltaRequest {
  readonly section: XdsSection;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** Versions by name that the client has from an earlier stream. */
  readonly initialVersions: ReadonlyMap<string, string>;
  readonly nonce: string;
  readonly error?: string;
}

const nobody: Subscription = { isWildcard: false, names: new Set(), hasNamed: false };

const fresh: TypeState = {
  subscription: nobody,
  held: new Map(),
  claimed: undefined,
  mustAnswer: true,
  pending: undefined,
  acknowledged: undefined,
  settled: undefined,
  rejected: undefined,
};

/** A type after a request for it, whose answer to a response has been dealt with; undefined: the first on the stream. */
export function subscribeSotw(type: TypeState | undefined, request: SotwRequest): TypeState {
  const isFirst = type === undefined;
  if (!isFirst && hasSameNames(type.subscription.names, request.names)) return type;
  const before = type ?? fresh;
  const subscription = readNames(before.subscription, request);
  const { isWildcard, names } = subscription;
  const held = isWildcard ? before.held : new Map([...before.held].filter(([name]) => names.has(name)));
  if (!isFirst || request.version === '') return { ...before, subscription, held, settled: undefined };
  return { ...before, subscription, held, settled: undefined, claimed: request.version, mustAnswer: false };
}

const hasSameNames = (known: ReadonlySet<string>, names: readonly string[]): boolean =>
  known.size === names.length && names.every((name) => known.has(name));

function readNames(before: Subscription, { section, names }: SotwRequest): Subscription {
  const hasNamed = before.hasNamed || names.length > 0;
  const isAll = !hasNamed && ruleOf.get(section)?.hasWildcard === true;
  return { isWildcard: isAll || names.includes('*'), names: new Set(names), hasNamed };
}

const readVersions = (versions: ReadonlyMap<string, string>): readonly (readonly [string, Held])[] =>
  [...versions].map(([name, version]) => [name, { version }]);

/** The same in the incremental protocol. What a client subscribes to it is sent, also when it has it already. */
export function subscribeDelta(type: TypeState | undefined, request: DeltaRequest): TypeState {
  const { section, subscribe, unsubscribe, initialVersions } = request;
  if (type !== undefined && subscribe.length === 0 && unsubscribe.length === 0) return type;
  const before = type ?? fresh;
  const names = new Set([...before.subscription.names, ...subscribe]);
  for (const name of unsubscribe) names.delete(name);
  const hasNamed = before.subscription.hasNamed || subscribe.length > 0;
  const isWildcard = names.has('*') || (!hasNamed && ruleOf.get(section)?.hasWildcard === true);
  const held = new Map(type === undefined ? readVersions(initialVersions) : before.held);
  for (const name of subscribe) if (!(type === undefined && initialVersions.has(name))) held.delete(name);
  if (!isWildcard) for (const name of held.keys()) if (!names.has(name)) held.delete(name);
  const mustAnswer = type === undefined ? initialVersions.size === 0 : before.mustAnswer;
  return { ...before, subscription: { isWildcard, names, hasNamed }, held, mustAnswer, settled: undefined };
}
