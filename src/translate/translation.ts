import type { EnvoyResources } from '../envoy/envoy-resources.js';
import type { Origin } from '../plan/cluster-plan.js';

/** Envoy resources, with the part of the proxy's work that each belongs to: patches select by it. */
export interface Translation {
  readonly resources: EnvoyResources;
  readonly origins: {
    readonly clusters: ReadonlyMap<string, Origin>;
    readonly listeners: ReadonlyMap<string, Origin>;
  };
}
