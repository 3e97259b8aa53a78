import {
  isBuiltinGateway,
  isIgnored,
  orElse,
  serviceTag,
  tagOf,
  type Dataplane,
  type Inbound,
} from '../model/dataplane.js';
import { isOnline, type DataplaneInsight } from '../model/insight.js';
import { resourceOf, resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';

export type DataplaneStatus = 'online' | 'partiallyDegraded' | 'offline';

export type ServiceType = 'internal' | 'external' | 'gateway_builtin' | 'gateway_delegated';

/** What the insights of a mesh are summed up from: one Dataplane and what is known of its proxy. */
export interface DataplaneFacts {
  readonly status: DataplaneStatus;
  /** Undefined for a proxy beside a workload. */
  readonly gateway: 'builtin' | 'delegated' | undefined;
  /** Versions of the newest stream; `unknown` without one. */
  readonly kumaDp: string;
  readonly envoy: string;
  /** Undefined when the proxy never had a certificate. */
  readonly mTLS: DataplaneInsight['mTLS'];
  /** What it offers: an entry per inbound that is not ignored, and one for the gateway. */
  readonly offers: readonly { readonly service: string; readonly type: ServiceType }[];
}

/** The backend that made the proxy's certificate, if it has one. */
export const issuedBackends = ({ mTLS }: DataplaneFacts): readonly string[] =>
  mTLS?.issuedBackend === undefined ? [] : [mTLS.issuedBackend];

const known = new WeakMap<MeshSnapshot, readonly DataplaneFacts[]>();

/** The facts of every Dataplane of a mesh, by name. Kept with the snapshot, so that they are gathered once per change. */
export function factsOf(snapshot: MeshSnapshot): readonly DataplaneFacts[] {
  const facts =
    known.get(snapshot) ?? (resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[]).map(gatherFrom(snapshot));
  known.set(snapshot, facts);
  return facts;
}

const gatherFrom = (snapshot: MeshSnapshot) => (dataplane: Dataplane) =>
  gatherFacts(
    dataplane,
    resourceOf(snapshot, 'DataplaneInsight', dataplane.name)?.spec as DataplaneInsight | undefined,
  );

function gatherFacts({ spec }: Dataplane, insight: DataplaneInsight | undefined): DataplaneFacts {
  const version = insight?.subscriptions?.at(-1)?.version;
  return {
    status: statusOf(spec, insight),
    gateway: gatewayOf(spec),
    kumaDp: orElse(version?.kumaDp?.version, 'unknown'),
    envoy: orElse(version?.envoy?.version, 'unknown'),
    mTLS: insight?.mTLS,
    offers: offersOf(spec),
  };
}

function offersOf(spec: Dataplane['spec']): DataplaneFacts['offers'] {
  const { inbound = [], gateway: { tags: gatewayTags } = {} } = spec.networking ?? {};
  const gateway = gatewayOf(spec);
  const inbounds = inbound.filter((each) => !isIgnored(each));
  return [
    ...(gateway === undefined
      ? []
      : [{ service: tagOf(gatewayTags, serviceTag), type: `gateway_${gateway}` as const }]),
    ...inbounds.map(({ tags }) => ({ service: tagOf(tags, serviceTag), type: 'internal' as const })),
  ];
}

const gatewayOf = (spec: Dataplane['spec']): DataplaneFacts['gateway'] =>
  spec.networking?.gateway === undefined ? undefined : isBuiltinGateway(spec) ? 'builtin' : 'delegated';

/** A gateway has no inbounds that could be unready; without any ready inbound a proxy counts as offline (Kuma 2.5). */
function statusOf({ networking }: Dataplane['spec'], insight: DataplaneInsight | undefined): DataplaneStatus {
  if (!isOnline(insight)) return 'offline';
  if (networking?.gateway !== undefined) return 'online';
  const inbounds = networking?.inbound ?? [];
  const unready = inbounds.filter(isUnready).length;
  return unready === inbounds.length ? 'offline' : unready > 0 ? 'partiallyDegraded' : 'online';
}

/** Unlike for traffic, an inbound that is ignored is not unready. */
const isUnready = ({ state, health }: Inbound): boolean =>
  state === 'NotReady' || (health !== undefined && health.ready !== true);
