import type { Tags } from '../model/resource.js';
import type { ClusterPlan } from './cluster-plan.js';
import type { HttpPlan } from './http-plan.js';
import type { Permissions } from './listener-plan.js';

/** What a zone egress does for one mesh: lets its proxies out to services outside. */
export interface EgressPlan {
  readonly mesh: string;
  readonly services: readonly EgressServicePlan[];
}

/** A service outside of the mesh behind a zone egress. */
export interface EgressServicePlan {
  readonly service: string;
  readonly cluster: ClusterPlan;
  /** By which tags it is asked for, the mesh not included: each is a server name. */
  readonly subsets: readonly Tags[];
  readonly permissions: Permissions;
  /** Absent: bytes are carried. */
  readonly http?: HttpPlan;
}
