import type { Protocol } from '../model/protocol.js';
import type { Tags } from '../model/resource.js';
import type { HttpFilter, HttpRetry, HttpRoute, Split, TcpPlan } from './http-plan.js';
import type { AccessLog, ConnectionRateLimit, Tracing } from './listener-plan.js';

/** What a builtin gateway does: the ports on which traffic enters the mesh. */
export interface GatewayPlan {
  /** By `address:port`, ports ascending. */
  readonly listeners: ReadonlyMap<string, GatewayListenerPlan>;
}

/** A port of a builtin gateway. */
export interface GatewayListenerPlan {
  /** Name of the listener and of its route configuration: `edge:HTTP:8080`. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** What policies take it to speak; `unknown` where clients use TLS (Kuma 2.5). */
  readonly protocol: Protocol;
  /** Most connections at once; absent = no limit. */
  readonly connectionLimit?: number;
  readonly traffic: GatewayHttp | GatewayTcp;
  readonly accessLogs: readonly AccessLog[];
  readonly tracing?: Tracing;
  readonly connectionRateLimit?: ConnectionRateLimit;
}

/** A port for requests. */
export interface GatewayHttp {
  readonly kind: 'http';
  /** Clients must use TLS. */
  readonly isSecure: boolean;
  /** Full names before those with a wildcard, that for all hosts last; those without their certificates are left out. */
  readonly hosts: readonly GatewayHostPlan[];
  /** Besides those that every port for requests has. */
  readonly filters: readonly HttpFilter[];
}

/** A virtual host. */
export interface GatewayHostPlan {
  readonly hostname: string;
  /** The tags that stand for the listener. */
  readonly tags: Tags;
  readonly tls?: GatewayTls;
  /** Most specific first. */
  readonly routes: readonly HttpRoute[];
  /** For all routes that say nothing of it. */
  readonly retry?: HttpRetry;
}

/** A port for connections. */
export interface GatewayTcp {
  readonly kind: 'tcp';
  /** Clients use TLS, and tell by name which host they mean. */
  readonly isTls: boolean;
  /** None at all: nobody listens. */
  readonly chains: readonly GatewayChain[];
}

/** Hosts whose connections go to the same clusters. */
export interface GatewayChain {
  readonly hosts: readonly GatewayChainHost[];
  readonly tls?: GatewayTls;
  readonly tcp: TcpPlan;
}

/** A host of a port for connections. */
export interface GatewayChainHost {
  readonly hostname: string;
  /** The tags that stand for the listener. */
  readonly tags: Tags;
  /** For a chain of its own. */
  readonly tls?: GatewayTls;
  /** Where its own routes lead; weights may be zero. */
  readonly destinations: readonly Split[];
}

/** TLS on the side of a gateway's clients. */
export type GatewayTls =
  /** The backend holds the certificate. */
  | { readonly kind: 'passthrough' }
  /** The gateway does. */
  | { readonly kind: 'terminate'; readonly certificates: readonly ServerCertificate[] }
  /** Clients are proxies of any mesh. */
  | { readonly kind: 'mesh' };

/** A certificate of a gateway, as a secret of its own; chain and key in PEM. */
export interface ServerCertificate {
  readonly name: string;
  readonly chain: string;
  readonly key: string;
}

/** For whom a cluster of a builtin gateway is. */
export interface GatewayUse {
  /** The tags of the instances that are meant. */
  readonly destination: Tags;
  /** The tags that stand for the listener. */
  readonly listener: Tags;
  /** What is spoken: what the destination's own tags say, else what the route is for. */
  readonly protocol: Protocol;
  /** What the listener is taken to speak. */
  readonly listenerProtocol: Protocol;
  /** The service is one outside of the mesh that is reached directly, and learns nothing of the caller's tags. */
  readonly leavesMesh: boolean;
}
