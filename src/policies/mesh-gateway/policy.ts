import type { LegacyPolicy } from '../policy.js';
import { meshGatewayKind } from './kind.js';
import type { MeshGateway } from './schema.js';

/** MeshGateway: the ports of builtin gateways; attaches to no other proxies. */
export const meshGateway: LegacyPolicy<MeshGateway> = {
  kind: meshGatewayKind,
  matching: [],
};
