import type { Tags } from '../model/resource.js';
import type { Endpoint } from '../model/endpoint.js';
import type { Protocol } from '../model/protocol.js';

/** A port that the proxy offers to the mesh, and the workload behind it. */
export interface InboundPlan {
  readonly address: string;
  readonly port: number;
  readonly tags: Tags;
  readonly protocol: Protocol;
  readonly workload: WorkloadPlan;
}

/** Where the proxy hands connections to the workload; named by its port alone (Kuma 2.5). */
export interface WorkloadPlan {
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** A service that the workload consumes, as declared: its local address and what is known of the service. */
export interface OutboundPlan {
  readonly address: string;
  readonly port: number;
  readonly tags: Tags;
  readonly service: string;
}

/** A share of the connections of a route; `weight` is positive, relative to the sum of all. */
export interface Split {
  readonly cluster: string;
  readonly weight: number;
}

/** What happens to the connections an outbound listener accepts. */
export type OutboundRoute =
  /** Nothing routes the service: connections are accepted and closed. */
  | { readonly kind: 'none' }
  /** Connections are shared out among clusters; no splits at all closes them. */
  | { readonly kind: 'tcp'; readonly splits: readonly Split[] };

/** A local address and the route that holds there. */
export interface OutboundListenerPlan {
  readonly outbound: OutboundPlan;
  readonly route: OutboundRoute;
}

/** The instances of a service with some tags, wherever they are. */
export interface ClusterPlan {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
}

/** What one proxy must do, in the mesh's words; knows nothing of Envoy. Policies edit it, `translate` renders it. */
export interface ProxyPlan {
  readonly mesh: string;
  readonly dataplane: string;
  /** In the order of the Dataplane. */
  readonly inbounds: readonly InboundPlan[];
  /** In the order of the Dataplane; several may share an address. */
  readonly outbounds: readonly OutboundPlan[];
  /** By `address:port`; a later writer replaces the whole entry. */
  readonly outboundListeners: ReadonlyMap<string, OutboundListenerPlan>;
  /** By name; a later writer replaces the whole entry, an unused one stays. */
  readonly clusters: ReadonlyMap<string, ClusterPlan>;
  /** True when instances of other zones are used only when this one has none. */
  readonly localityAware: boolean;
}
