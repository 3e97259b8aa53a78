import type { EnvoyResources } from '../envoy/envoy-resources.js';
import type { Origin } from '../plan/cluster-plan.js';

/** Where a resource comes from: the part of the proxy's work that it is for, or the user who wrote it. */
export type ResourceOrigin = Origin | 'mesh-proxy-patch' | 'proxy-template-modifications' | 'proxy-template-raw';

/** Envoy resources with their origins: patches select by them. */
export interface Translation {
  readonly resources: EnvoyResources;
  readonly origins: {
    readonly clusters: ReadonlyMap<string, ResourceOrigin>;
    readonly listeners: ReadonlyMap<string, ResourceOrigin>;
  };
}
