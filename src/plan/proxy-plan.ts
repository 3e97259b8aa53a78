import type { OpenServices } from '../snapshot/open-mesh.js';
import type { ClusterPlan } from './cluster-plan.js';
import type { ExternalAccess } from './external-services.js';
import type { GatewayPlan } from './gateway-plan.js';
import type { InboundPlan, OutboundListenerPlan, OutboundPlan, TlsMode } from './listener-plan.js';
import type { OwnListeners } from './own-listeners.js';
import type { ProxyNode } from './proxy-node.js';
import type { PassListenerPlan } from './redirected.js';

/** What one proxy must do, in the mesh's words; knows nothing of Envoy. Policies edit it, `translate` renders it. */
export interface ProxyPlan {
  readonly mesh: string;
  readonly dataplane: string;
  readonly node: ProxyNode;
  /** Address of the proxy, as logs name it. */
  readonly address: string;
  /** Its own address is one of IPv6, so that names may be looked up as such. */
  readonly isIPv6: boolean;
  /** The service that stands for the proxy in logs and traces: the first of its services, bytewise. */
  readonly identifyingService: string;
  /** All values of all tags of the proxy, by name; other proxies learn them with each request. */
  readonly callerTags: ReadonlyMap<string, readonly string[]>;
  readonly tls: TlsMode;
  /** Connections are redirected to the proxy, so that listeners for addresses of the mesh need no ports of their own. */
  readonly isTransparent: boolean;
  /** By `address:port`, in the order of the Dataplane; a later writer replaces the whole entry. */
  readonly inbounds: ReadonlyMap<string, InboundPlan>;
  /** In the order of the Dataplane; several may share an address. */
  readonly outbounds: readonly OutboundPlan[];
  /** A MeshHTTPRoute has rules for any service at all: HTTP outbounds are its own then. */
  readonly hasHttpRoutes: boolean;
  /** By `address:port`; a later writer replaces the whole entry. */
  readonly outboundListeners: ReadonlyMap<string, OutboundListenerPlan>;
  /** For redirected connections that are for nobody the proxy knows, by name. */
  readonly passListeners: ReadonlyMap<string, PassListenerPlan>;
  /** Listeners that serve the proxy itself. */
  readonly own: OwnListeners;
  /** Of builtin gateways alone. */
  readonly gateway?: GatewayPlan;
  /** By name; a later writer replaces the whole entry, an unused one stays. */
  readonly clusters: ReadonlyMap<string, ClusterPlan>;
  /** Services outside of the mesh that the proxy may use, by name. */
  readonly externalServices: ReadonlyMap<string, ExternalAccess>;
  /** Services that other meshes open to the proxy. */
  readonly openServices: OpenServices;
  /** True when instances of other zones are used only when this one has none. */
  readonly localityAware: boolean;
}
