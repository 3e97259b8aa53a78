import type { DataSource } from './data-source.js';
import type { Resource, Tags } from './resource.js';
import type { Selector } from './selector.js';

/** A port of a builtin gateway; several listeners of one port differ in their host names. */
export interface GatewayListener {
  readonly port?: number;
  /** By name, or by number where Kuma's list of names has none. */
  readonly protocol?: string | number;
  /** Absent or empty = every host. */
  readonly hostname?: string;
  readonly tls?: { readonly mode?: string | number; readonly certificates?: readonly DataSource[] };
  readonly tags?: Tags;
  readonly crossMesh?: boolean;
  readonly resources?: { readonly connectionLimit?: number };
}

/** The part of a MeshGateway's spec that matching looks at; the whole shape is the schema of its kind. */
export interface MeshGatewaySpec {
  readonly selectors?: readonly Selector[];
  readonly tags?: Tags;
  readonly conf?: { readonly listeners?: readonly GatewayListener[] };
}

export type MeshGateway = Resource<MeshGatewaySpec>;
