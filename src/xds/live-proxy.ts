import type { EnvoyResources } from '../envoy/envoy-resources.js';
import type { XdsSection } from '../envoy/type-urls.js';
import type { ProxyNode } from '../plan/proxy-node.js';
import type { Delivery, TypeDelivery } from '../proxies/delivery.js';
import type { ConnectingProxy } from '../proxies/proxy-hooks.js';
import type { AdsStream } from './ads-stream.js';
import { planResponse, type Answer, type Response } from './protocol.js';
import type { StreamState, Target } from './stream-state.js';

/** What was sent and answered of one type. */
interface TypeRecord {
  changedAt?: number;
  sent?: NonNullable<TypeDelivery['sent']>;
  acknowledged?: NonNullable<TypeDelivery['acknowledged']>;
  rejected?: NonNullable<TypeDelivery['rejected']>;
}

/** A proxy that is connected: its streams, what they are to have, and how far they are. */
export class LiveProxy {
  readonly id: string;
  /** As it told of itself on its newest stream. */
  proxy: ConnectingProxy;
  node: ProxyNode;
  readonly streams = new Set<AdsStream>();
  readonly connectedAt: number;
  /** What the pipeline made last; its secrets hold placeholders. */
  resources: EnvoyResources | undefined;
  target: Target | undefined;
  failure: Delivery['failure'];
  /** Counts computations, so that of several that wait for secrets the newest wins. */
  turn = 0;
  readonly #types = new Map<XdsSection, TypeRecord>();

  constructor(id: string, proxy: ConnectingProxy, node: ProxyNode, connectedAt: number) {
    this.id = id;
    this.proxy = proxy;
    this.node = node;
    this.connectedAt = connectedAt;
  }

  /** Tells all streams of a target that came of a change at this time; false when they have it already. */
  setTarget(target: Target, changedAt: number): boolean {
    const before = this.target;
    this.target = target;
    let isNew = false;
    for (const section of Object.keys(target) as XdsSection[]) {
      if (before?.[section].version === target[section].version) continue;
      isNew = true;
      if (before !== undefined) this.#recordOf(section).changedAt = changedAt;
    }
    if (isNew) for (const stream of this.streams) stream.setTarget(target);
    return isNew;
  }

  recordSent({ section, version }: Response, at: number): void {
    this.#recordOf(section).sent = { version, at };
  }

  recordAnswer(answer: Answer, at: number): void {
    const record = this.#recordOf(answer.section);
    const { version } = answer;
    if (answer.kind === 'rejected') {
      record.rejected = { version, at, message: answer.message };
      return;
    }
    record.acknowledged = {
      version,
      at,
      ...(record.changedAt === undefined ? {} : { delay: at - record.changedAt }),
    };
  }

  /** True when every stream has answered everything that it shall have. */
  get isConverged(): boolean {
    return [...this.streams].every(({ state }) => isConverged(state));
  }

  /** How far the newest stream is; `target` is what it is about to be told. */
  describe(target: Target | undefined): Delivery | undefined {
    const newest = [...this.streams].at(-1);
    if (newest === undefined) return undefined;
    const state = { ...newest.state, target };
    return {
      connectedAt: this.connectedAt,
      protocol: state.mode,
      types: new Map([...state.types.keys()].map((section) => [section, this.#describeType(section, state)])),
      failure: this.failure,
    };
  }

  #describeType(section: XdsSection, state: StreamState): TypeDelivery {
    const { sent, acknowledged, rejected } = this.#recordOf(section);
    const known = state.types.get(section)?.acknowledged;
    return {
      target: describeTarget(state, section),
      ...(sent === undefined ? {} : { sent }),
      // what the proxy had from an earlier stream it took then
      ...(acknowledged === undefined
        ? known === undefined
          ? {}
          : { acknowledged: { version: known, at: this.connectedAt } }
        : { acknowledged }),
      ...(rejected === undefined ? {} : { rejected }),
    };
  }

  #recordOf(section: XdsSection): TypeRecord {
    const record = this.#types.get(section) ?? {};
    this.#types.set(section, record);
    return record;
  }
}

const isConverged = (state: StreamState): boolean =>
  [...state.types].every(
    ([section, { pending }]) => pending === undefined && planResponse(state, section).response === undefined,
  );

/** The version that the stream is to have: of the response under way, of the next one, or of what it has. */
function describeTarget(state: StreamState, section: XdsSection): string {
  const type = state.types.get(section);
  const settled = type && { ...state, types: new Map([...state.types, [section, { ...type, pending: undefined }]]) };
  const next = settled && planResponse(settled, section).response;
  return next?.version ?? type?.pending?.version ?? type?.rejected?.version ?? type?.acknowledged ?? '';
}
