import type { Resource, Tags } from './resource.js';
import type { Selector } from './selector.js';

/** A destination of a gateway's route and its share. */
export interface GatewayBackend {
  readonly weight?: number;
  readonly destination?: Tags;
}

/** The part of a MeshGatewayRoute's spec that matching looks at; the whole shape is the schema of its kind. */
export interface MeshGatewayRouteSpec {
  readonly selectors?: readonly Selector[];
  readonly conf?: {
    readonly http?: {
      readonly hostnames?: readonly string[];
      readonly rules?: readonly {
        readonly matches?: readonly unknown[];
        readonly filters?: readonly { readonly mirror?: { readonly backend?: GatewayBackend } }[];
        readonly backends?: readonly GatewayBackend[];
      }[];
    };
    readonly tcp?: { readonly rules?: readonly { readonly backends?: readonly GatewayBackend[] }[] };
  };
}

export type MeshGatewayRoute = Resource<MeshGatewayRouteSpec>;
