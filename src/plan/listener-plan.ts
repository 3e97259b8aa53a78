import type { Duration } from '../lib/proto-duration.js';
import type { Protocol } from '../model/protocol.js';
import type { Tags } from '../model/resource.js';
import type { Traffic } from './http-plan.js';

/** Plain JSON. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** What Envoy must capture of requests so that another program can fill a format. */
export interface LogCaptures {
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
  readonly responseTrailers: readonly string[];
  readonly filterStates: readonly string[];
}

/** A line per connection or request. Placeholders of Kuma are replaced, those of Envoy are left. */
export type AccessLog =
  | { readonly kind: 'file'; readonly path: string; readonly format: LogFormat }
  /** To the program that runs Envoy, over gRPC; `name` carries the address and the format for it. */
  | ({ readonly kind: 'stream'; readonly name: string } & LogCaptures)
  | {
      readonly kind: 'open-telemetry';
      readonly cluster: string;
      readonly attributes: readonly { readonly key: string; readonly value: string }[];
      /** A value of OpenTelemetry's, e.g. `{stringValue: '…'}`. */
      readonly body: JsonObject;
    };

export type LogFormat =
  | { readonly kind: 'text'; readonly text: string; readonly omitEmptyValues?: boolean }
  | { readonly kind: 'json'; readonly fields: JsonObject; readonly omitEmptyValues?: boolean };

/** Which requests are traced, where to, and with which tags. */
export interface Tracing {
  /** Name of the cluster of the collector. */
  readonly cluster: string;
  readonly provider:
    | {
        readonly kind: 'zipkin';
        readonly host: string;
        readonly path: string;
        readonly version: 'HTTP_JSON' | 'HTTP_PROTO';
        readonly traceId128bit?: boolean;
        /** Absent = shared, as Envoy does by itself. */
        readonly sharedSpanContext?: boolean;
        /** The proxy's part is a span of its own, apart from that of the service it calls. */
        readonly splitsSpans?: boolean;
      }
    | { readonly kind: 'datadog'; readonly service: string; readonly host?: string }
    | { readonly kind: 'open-telemetry'; readonly service: string };
  /** Percent. */
  readonly sampling: { readonly overall?: number; readonly client?: number; readonly random?: number };
  readonly tags: readonly (
    | { readonly name: string; readonly literal: string }
    | { readonly name: string; readonly header: string; readonly fallback?: string }
  )[];
}

/** A peer by what its certificate says. */
export type Principal =
  | { readonly kind: 'any' }
  | { readonly kind: 'service'; readonly mesh: string; readonly service: string }
  | { readonly kind: 'tag'; readonly key: string; readonly value: string }
  | { readonly kind: 'all-of'; readonly principals: readonly Principal[] }
  | { readonly kind: 'any-of'; readonly principals: readonly Principal[] }
  | { readonly kind: 'not'; readonly principal: Principal };

/** Who may connect: whoever is one of the principals. */
export interface Permissions {
  /** The kind of policy they come from; the newer one is asked before connections are counted. */
  readonly by: 'TrafficPermission' | 'MeshTrafficPermission';
  /** By name of the policy; none at all = nobody. */
  readonly allow: ReadonlyMap<string, readonly Principal[]>;
  /** Who would be refused, were it in force; only counted. */
  readonly shadowDeny?: readonly Principal[];
}

/** Connections that are let through in an interval. */
export interface ConnectionRateLimit {
  readonly connections: number;
  readonly interval: Duration;
}

/** Whether connections of the mesh must be encrypted: not at all, always, or as the client likes. */
export type TlsMode = 'off' | 'strict' | 'permissive';

/** What is the same for every listener. */
interface ListenerPlan {
  readonly address: string;
  readonly port: number;
  readonly tags: Tags;
  readonly traffic: Traffic;
  readonly accessLogs: readonly AccessLog[];
  readonly tracing?: Tracing;
}

/** A port that the proxy offers to the mesh, and the workload behind it. */
export interface InboundPlan extends ListenerPlan {
  readonly service: string;
  readonly protocol: Protocol;
  /** Name of the workload's cluster. */
  readonly workload: string;
  readonly workloadPort: number;
  readonly tls: TlsMode;
  /** Only where connections are encrypted. */
  readonly permissions?: Permissions;
  readonly connectionRateLimit?: ConnectionRateLimit;
  /** A RateLimit is attached, so that MeshRateLimit leaves the inbound alone (Kuma 2.5). */
  readonly hasRateLimit?: boolean;
  /** A FaultInjection is attached, so that MeshFaultInjection leaves the inbound alone (Kuma 2.5). */
  readonly hasFaultInjection?: boolean;
}

/** A service that the workload consumes, as declared: its local address and what is known of the service. */
export interface OutboundPlan {
  readonly address: string;
  readonly port: number;
  readonly tags: Tags;
  readonly service: string;
  /** What the instances of the service have in common. */
  readonly protocol: Protocol;
  /** A MeshHTTPRoute has rules for the service. */
  readonly hasHttpRules: boolean;
}

/** A local address at which services are reached. */
export interface OutboundListenerPlan extends ListenerPlan {
  readonly outbound: OutboundPlan;
  /** Of a listener that TrafficRoute made: what all services that it leads to have in common. */
  readonly protocol?: Protocol;
  /** The kind of policy whose route holds here; absent = none. */
  readonly routedBy?: string;
}
