import { compareBytes, type Tags } from './resource.js';

/** An inbound, or a listener of a gateway, to which other proxies may send connections. */
export interface Endpoint {
  /** Name of the Dataplane it belongs to. */
  readonly dataplane: string;
  readonly address: string;
  readonly port: number;
  /** All of its tags, the service's included. */
  readonly tags: Tags;
}

/** By address, then by port. */
export const compareEndpoints = (a: Endpoint, b: Endpoint): number =>
  compareBytes(a.address, b.address) || a.port - b.port || compareBytes(a.dataplane, b.dataplane);
