import type { LegacyPolicy } from '../policy.js';
import { meshGatewayRouteKind } from './kind.js';
import type { MeshGatewayRoute } from './schema.js';

/** MeshGatewayRoute: where traffic goes that enters through a builtin gateway; attaches to no other proxies. */
export const meshGatewayRoute: LegacyPolicy<MeshGatewayRoute> = {
  kind: meshGatewayRouteKind,
  matching: [],
};
