import type { EnvoyResources } from '../envoy/envoy-resources.js';
import type { Dataplane } from '../model/dataplane.js';
import type { ProxyNode } from '../plan/proxy-node.js';
import type { ProxyHooks, ProxyKey } from '../proxies/proxy-hooks.js';
import type { StreamInsights } from '../proxies/stream-insights.js';
import type { MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { World } from '../snapshot/world.js';

/** Where delivery is counted. */
export interface XdsMeter {
  /** A request that answers a response. */
  readonly countAnswer: (typeUrl: string, confirmation: 'ACK' | 'NACK') => void;
  readonly countResponse: (typeUrl: string) => void;
  /** `generated`: nothing differs for the proxy; `changed`: something does. */
  readonly measureGeneration: (proxyType: string, result: 'generated' | 'changed', milliseconds: number) => void;
  readonly countGenerationError: () => void;
  /** From a response to its answer. */
  readonly measureDelivery: (milliseconds: number) => void;
  /** From a change to the last answer of all proxies that it concerns. */
  readonly measureConvergence: (seconds: number) => void;
}

/** Everything that delivery is given. */
export interface AdsContext {
  readonly world: () => World;
  /** What a proxy shall have; throws when it cannot be made. Identical (===) parts count as unchanged. */
  readonly compute: (snapshot: MeshSnapshot, dataplane: Dataplane, node: ProxyNode) => EnvoyResources;
  /** The same for a zone proxy, which is concerned by all meshes. */
  readonly computeZoneProxy: (world: World, proxy: ProxyKey, node: ProxyNode) => EnvoyResources;
  /** Done before proxies of a mesh are computed. */
  readonly prepare: (mesh: string) => Promise<void>;
  /** Says which proxies of a mesh may be concerned by what changed between two snapshots of it, and until now. */
  readonly findStale: (before: MeshSnapshot, after: MeshSnapshot) => (name: string, now: MeshSnapshot) => boolean;
  /** Version of Kuma that this server is like. */
  readonly kumaVersion: string;
  readonly hooks: ProxyHooks;
  readonly insights: StreamInsights;
  readonly meter: XdsMeter;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: { readonly error: (fields: object, message: string) => void };
}
