import type { XdsSection } from '../envoy/type-urls.js';
import { deliveryOrder, ruleOf } from './delivery-order.js';
import {
  tellsRemovals,
  versionOfWanted,
  wantedOf,
  type EncodedResource,
  type Held,
  type Settled,
  type StreamState,
  type Target,
  type TypeState,
  type Wanted,
} from './stream-state.js';
import { subscribeDelta, subscribeSotw, type DeltaRequest, type SotwRequest } from './subscribe.js';

/** What happens on a stream. */
export type StreamEvent =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'request'; readonly request: SotwRequest }
  | { readonly kind: 'delta-request'; readonly request: DeltaRequest };

/** What is sent. */
export interface Response {
  readonly section: XdsSection;
  readonly version: string;
  readonly nonce: string;
  /** State of the world: all that the client asks for, or of some types what changed; incremental: what it has not. */
  readonly resources: readonly (readonly [name: string, resource: Wanted])[];
  /** Incremental only: what it shall let go. */
  readonly removed: readonly string[];
}

/** What the client said of a response. */
export type Answer =
  | { readonly kind: 'acknowledged'; readonly section: XdsSection; readonly version: string }
  | { readonly kind: 'rejected'; readonly section: XdsSection; readonly version: string; readonly message: string };

/** What an event leads to. */
export interface Step {
  readonly state: StreamState;
  readonly responses: readonly Response[];
  readonly answer: Answer | undefined;
}

/**
 * What a stream comes to with an event, and what is sent. One reducer for both protocols: of each type at most one
 * response is unanswered, so that a client that is slow gets the newest state when it has dealt with the one before, and
 * never a queue. What it refused is not sent again until the target is another.
 */
export function step(state: StreamState, event: StreamEvent): Step {
  switch (event.kind) {
    case 'target':
      return { ...flush(retarget(state, event.target)), answer: undefined };
    case 'request':
      return receive(state, event.request, (type) => subscribeSotw(type, event.request));
    case 'delta-request':
      return receive(state, event.request, (type) => subscribeDelta(type, event.request));
  }
}

const unknownVersion: Held = { version: '' };

function receive(
  state: StreamState,
  { section, nonce, error }: SotwRequest | DeltaRequest,
  subscribe: (type: TypeState | undefined) => TypeState,
): Step {
  const before = state.types.get(section);
  const answers = before?.pending?.nonce === nonce ? before.pending : undefined;
  // it was written before the newest response arrived, and another one will answer that; incremental requests say what
  // changes, so that each counts
  if (state.mode === 'sotw' && before?.pending !== undefined && answers === undefined)
    return { state, responses: [], answer: undefined };
  if (before === undefined || answers === undefined)
    return { ...flush(withType(state, section, subscribe(before))), answer: undefined };
  const { version, names } = answers;
  const answered: TypeState =
    error === undefined
      ? { ...before, pending: undefined, acknowledged: version, rejected: undefined }
      : {
          ...before,
          pending: undefined,
          settled: undefined,
          rejected: { version, message: error },
          // of a refused response Envoy takes what is good, so nobody knows what it has
          held: new Map([...before.held, ...names.map((name) => [name, unknownVersion] as const)]),
        };
  return {
    ...flush(withType(state, section, subscribe(answered))),
    answer:
      error === undefined
        ? { kind: 'acknowledged', section, version }
        : { kind: 'rejected', section, version, message: error },
  };
}

/** A new target; what it lacks lingers if the type asks for that. */
function retarget(state: StreamState, target: Target): StreamState {
  const lingering = new Map<XdsSection, ReadonlyMap<string, EncodedResource>>();
  for (const { section, removedAfter } of deliveryOrder) {
    if (removedAfter.length === 0) continue;
    if (state.target?.[section] === target[section] && !state.lingering.has(section)) continue;
    const old = [...(state.lingering.get(section) ?? []), ...(state.target?.[section].resources ?? [])];
    const gone = old.filter(([name]) => !target[section].resources.has(name));
    if (gone.length > 0) lingering.set(section, new Map(gone));
  }
  return { ...state, target, lingering };
}

/** Sends what may be sent, in order; then lets go what nothing needs any more. */
function flush(state: StreamState): Pick<Step, 'state' | 'responses'> {
  let next = state;
  const responses: Response[] = [];
  const send = (section: XdsSection): void => {
    const plan = planResponse(next, section);
    next = plan.state;
    if (plan.response !== undefined) responses.push(plan.response);
  };
  const letGo = (): readonly XdsSection[] => {
    const useless = [...next.lingering.keys()].filter((section) => isUseless(next, section));
    if (useless.length === 0) return useless;
    next = { ...next, lingering: new Map([...next.lingering].filter(([section]) => !useless.includes(section))) };
    return useless;
  };
  letGo();
  for (const { section, after } of deliveryOrder) if (after.every((each) => isSettled(next, each))) send(section);
  for (const section of letGo()) send(section);
  return { state: next, responses };
}

/** True when the client has all of a type that it asks for, or has refused it. */
const isSettled = (state: StreamState, section: XdsSection): boolean =>
  state.types.get(section)?.pending === undefined && planResponse(state, section).response === undefined;

/** True when nothing that the client uses can lead to what lingers. */
const isUseless = (state: StreamState, section: XdsSection): boolean =>
  (ruleOf.get(section)?.removedAfter ?? []).every((each) => isSettled(state, each) && !isRefused(state, each));

const isRefused = (state: StreamState, section: XdsSection): boolean =>
  state.types.get(section)?.rejected !== undefined;

export interface Plan {
  readonly state: StreamState;
  readonly response: Response | undefined;
}

/** The response that is due for a type, and the stream after it. */
export function planResponse(state: StreamState, section: XdsSection): Plan {
  const type = state.types.get(section);
  if (type === undefined || state.target === undefined || type.pending !== undefined)
    return { state, response: undefined };
  const settled = settledOf(state, section);
  if (isKnownSettled(type, settled)) return { state, response: undefined };
  const wanted = wantedOf(state, section);
  const changed: (readonly [string, Wanted])[] = [];
  for (const each of wanted) if (type.held.get(each[0])?.version !== each[1].version) changed.push(each);
  const removed = tellsRemovals(section) ? [...type.held.keys()].filter((name) => !wanted.has(name)) : [];
  const isSame = changed.length === 0 && removed.length === 0;
  const waits = type.mustAnswer && (type.subscription.isWildcard || wanted.size > 0);
  if (isSame && !waits && type.claimed === undefined)
    return { state: withType(state, section, { ...type, settled }), response: undefined };
  const version = versionOfWanted(state, section, wanted);
  if (type.rejected?.version === version) return { state, response: undefined };
  if (type.claimed === version)
    return {
      state: withType(state, section, { ...type, held: wanted, claimed: undefined, settled, acknowledged: version }),
      response: undefined,
    };
  // nothing that it asks for by name is there; what it claims to have of others does not matter
  if (isSame && !waits && !type.subscription.isWildcard)
    return { state: withType(state, section, { ...type, claimed: undefined }), response: undefined };
  const nonce = String(state.nonce + 1);
  const isDelta = state.mode === 'delta';
  const response: Response = {
    section,
    version,
    nonce,
    resources: isDelta || isPartial(type, section) ? changed : [...wanted],
    removed: isDelta ? removed : [],
  };
  const pending = { nonce, version, names: response.resources.map(([name]) => name) };
  const sent = { ...type, held: wanted, claimed: undefined, mustAnswer: false, settled, pending };
  return { state: { ...withType(state, section, sent), nonce: state.nonce + 1 }, response };
}

/**
 * In the state of the world too a response of a type that does not tell removals leaves alone what is not in it (xDS
 * protocol, "grouping resources into responses"), so that a change is told without the rest; names that are new to a
 * client are answered with all.
 */
const isPartial = ({ settled }: TypeState, section: XdsSection): boolean =>
  settled !== undefined && !tellsRemovals(section);

/** What has to be the same for nothing to differ; undefined while something lingers. */
function settledOf({ target, types, lingering }: StreamState, section: XdsSection): Settled | undefined {
  if (target === undefined || lingering.has(section)) return undefined;
  return { section: target[section], clusters: section === 'endpoints' ? types.get('clusters')?.held : undefined };
}

const isKnownSettled = ({ settled: known }: TypeState, now: Settled | undefined): boolean =>
  now !== undefined && known?.section === now.section && known.clusters === now.clusters;

const withType = (state: StreamState, section: XdsSection, type: TypeState): StreamState => ({
  ...state,
  types: new Map(state.types).set(section, type),
});
