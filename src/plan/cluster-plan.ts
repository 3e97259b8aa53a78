import type { Duration } from '../lib/proto-duration.js';
import type { Endpoint } from '../model/endpoint.js';
import type { Protocol } from '../model/protocol.js';
import type { Tags } from '../model/resource.js';
import type { GatewayUse } from './gateway-plan.js';
import type { HeaderToAdd } from './http-plan.js';

/** Which part of the proxy's work a cluster or listener belongs to; patches of proxies select by it. */
export type Origin =
  | 'inbound'
  | 'outbound'
  | 'gateway'
  | 'transparent'
  | 'direct-access'
  | 'prometheus'
  | 'admin'
  | 'dns'
  | 'probe'
  | 'tracing'
  | 'mesh-trace'
  | 'meshaccesslog'
  | 'egress';

/** A host outside of the mesh that stands for an instance of a service. */
export interface ExternalEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tags: Tags;
  readonly tls?: ExternalTls;
}

/** How a connection to an external service is encrypted. Contents of files and secrets are base64. */
export interface ExternalTls {
  /** Name under which its endpoint finds this. */
  readonly name: string;
  readonly sni?: string;
  /** Names of which the certificate must have one; empty: not checked. */
  readonly subjectNames: readonly string[];
  readonly ca?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  /** The host may ask for the handshake once more. */
  readonly allowRenegotiation?: boolean;
}

/** Where the endpoints of a cluster come from. */
export type ClusterSource =
  /**
   * Instances of a service in the mesh that hold all of the tags, and others that stand beside them; sent apart from the
   * cluster. Which these are at the moment is no part of the plan: they come and go, and change nothing else.
   */
  | {
      readonly kind: 'instances';
      readonly service: string;
      readonly tags: Tags;
      readonly others: readonly Endpoint[];
    }
  /** Endpoints in another mesh, sent apart from the cluster too. */
  | { readonly kind: 'open'; readonly endpoints: readonly Endpoint[] }
  /** Hosts outside of the mesh; `isV4Only` is for names. */
  | { readonly kind: 'external'; readonly endpoints: readonly ExternalEndpoint[]; readonly isV4Only: boolean }
  /** One address on this host: the workload, Envoy's own admin. */
  | { readonly kind: 'address'; readonly address: string; readonly port: number }
  /** One host that serves the proxies themselves; a name is looked up again and again, `isV4Only` is for those. */
  | {
      readonly kind: 'host';
      readonly host: string;
      readonly port: number;
      readonly isV4Only: boolean;
      readonly tls?: ExternalTls;
    }
  | { readonly kind: 'pipe'; readonly path: string }
  /** Wherever the connection was going before it was redirected. */
  | { readonly kind: 'original-destination' };

export interface CircuitBreaker {
  readonly maxConnections?: number;
  readonly maxConnectionPools?: number;
  readonly maxPendingRequests?: number;
  readonly maxRetries?: number;
  readonly maxRequests?: number;
}

/** When an endpoint is taken out for a while; the numbers are Envoy's. Detectors that are absent are switched off. */
export interface OutlierDetection {
  readonly interval?: Duration;
  readonly baseEjectionTime?: Duration;
  /** Percent. */
  readonly maxEjectionPercent?: number;
  readonly splitExternalLocalOriginErrors?: boolean;
  /** Absent detectors are off for failures to reach the endpoint too; else they are left to Envoy (Kuma 2.5). */
  readonly switchesOffLocalOrigin?: boolean;
  readonly totalFailures?: { readonly consecutive?: number };
  readonly gatewayFailures?: { readonly consecutive?: number };
  readonly localOriginFailures?: { readonly consecutive?: number };
  readonly successRate?: {
    readonly minimumHosts?: number;
    readonly requestVolume?: number;
    /** Thousandths of a standard deviation. */
    readonly stdevFactor?: number;
  };
  readonly failurePercentage?: {
    readonly minimumHosts?: number;
    readonly requestVolume?: number;
    /** Percent. */
    readonly threshold?: number;
  };
}

/** How endpoints are asked whether they are well. */
export interface HealthCheck {
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly unhealthyThreshold: number;
  readonly healthyThreshold: number;
  readonly initialJitter?: Duration;
  readonly intervalJitter?: Duration;
  /** Percent. */
  readonly intervalJitterPercent?: number;
  readonly noTrafficInterval?: Duration;
  /** File of the log of what changes, in the older form of Envoy's API. */
  readonly eventLogPath?: string;
  /** The same in the newer form. */
  readonly eventSinkPath?: string;
  readonly alwaysLogFailures?: boolean;
  readonly reuseConnection?: boolean;
  readonly check:
    /** Payloads in hex. */
    | { readonly kind: 'tcp'; readonly send?: string; readonly receive: readonly string[] }
    | {
        readonly kind: 'http';
        readonly path: string;
        readonly headers: readonly HeaderToAdd[];
        readonly expectedStatuses: readonly number[];
        readonly isHttp2: boolean;
      }
    | { readonly kind: 'grpc'; readonly serviceName?: string; readonly authority?: string };
}

/** How requests are spread over the endpoints. Absent = one after the other. */
export type LoadBalancer =
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'least-request'; readonly choiceCount?: number }
  | {
      readonly kind: 'ring-hash';
      readonly ring?: {
        readonly hashFunction?: 'XX_HASH' | 'MURMUR_HASH_2';
        readonly minSize?: number;
        readonly maxSize?: number;
      };
    }
  | { readonly kind: 'random' }
  | { readonly kind: 'maglev'; readonly tableSize?: number };

/** Endpoints of the proxy's own zone that share a tag with the proxy. */
export interface AffinityGroup {
  readonly key: string;
  readonly value: string;
  /** Share of the traffic, relative to all groups; endpoints without a group have 1. */
  readonly weight: number;
}

/** Other zones to which traffic goes when those of a lower priority have too few well endpoints. */
export interface ZoneFailover {
  readonly priority: number;
  readonly zones:
    | { readonly kind: 'any' }
    | { readonly kind: 'only'; readonly names: readonly string[] }
    | { readonly kind: 'except'; readonly names: readonly string[] };
}

/** Which endpoints are preferred for where they are. */
export type LocalityPlan =
  /** Those of other zones are used only when this zone has none. */
  | { readonly kind: 'own-zone-first' }
  /** Of each endpoint the first group that it belongs to counts, and the first failover that names its zone. */
  | {
      readonly kind: 'groups';
      readonly affinity: readonly AffinityGroup[];
      readonly failover: readonly ZoneFailover[];
      /** Zone egresses choose among other zones: all of those are one place of this name, whatever the failover. */
      readonly egress?: string;
      /** Groups get their share by weight. */
      readonly isWeighted: boolean;
      /** Percent: how many times the share of well endpoints counts, before others take over. */
      readonly overprovisioningFactor: number;
    };

/** The proxy proves itself to the instances of a service, and they to it. */
export interface UpstreamTls {
  /** The mesh of the instances. */
  readonly mesh: string;
  /** The proxy's own mesh, if it is another one. */
  readonly ownMesh?: string;
  /** The service that the certificate must name; absent = any of the mesh. */
  readonly service?: string;
  readonly sni?: string;
}

/** A group of endpoints and how the proxy speaks to them. */
export interface ClusterPlan {
  readonly name: string;
  readonly origin: Origin;
  readonly source: ClusterSource;
  /** The service whose instances these are; empty for what is no service of the mesh. */
  readonly service: string;
  /** What the service speaks. */
  readonly protocol: Protocol;
  /** The instances are outside of the mesh, reached directly or through zone egresses; requests are for their host. */
  readonly isExternal?: boolean;
  /** Of a builtin gateway's clusters: what they are for. */
  readonly gateway?: GatewayUse;
  /** Absent = Envoy's own 5 s. */
  readonly connectTimeout?: Duration;
  /** Which HTTP is spoken; absent = none. */
  readonly http?: {
    readonly version: 1 | 2;
    /** The windows of HTTP/2 are those for the edge of a mesh. */
    readonly hasEdgeWindows?: boolean;
    readonly idleTimeout?: Duration;
    readonly maxStreamDuration?: Duration;
    readonly maxConnectionDuration?: Duration;
  };
  readonly tls?: UpstreamTls;
  readonly circuitBreaker?: CircuitBreaker;
  readonly outlierDetection?: OutlierDetection;
  readonly healthChecks?: readonly HealthCheck[];
  /** Percent of well endpoints below which all get traffic, or none. */
  readonly panic?: { readonly threshold?: number; readonly failTraffic?: boolean };
  readonly loadBalancer?: LoadBalancer;
  readonly locality?: LocalityPlan;
  /** Bytes. */
  readonly bufferLimit?: number;
  /** The address from which connections go out, lest they be redirected to the proxy again. */
  readonly sourceAddress?: string;
}
