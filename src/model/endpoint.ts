import type { Tags } from './resource.js';

/** An inbound to which other proxies may send connections. */
export interface Endpoint {
  /** Name of the Dataplane it belongs to. */
  readonly dataplane: string;
  readonly address: string;
  readonly port: number;
  /** All tags of the inbound, the service's included. */
  readonly tags: Tags;
}
