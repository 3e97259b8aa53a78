import type { Dataplane } from '../model/dataplane.js';
import type { GatewayListener, MeshGateway, MeshGatewaySpec } from '../model/gateway.js';
import type { Tags } from '../model/resource.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { derive } from '../snapshot/question.js';
import { matcherOf, selectForProxy, type Matcher } from './legacy-selection.js';
import { shapeOf } from './shape.js';

/** All MeshGateways of a mesh, by name. */
export const gatewaysOf = (snapshot: MeshSnapshot): readonly MeshGateway[] =>
  resourcesOf(snapshot, 'MeshGateway') as readonly MeshGateway[];

/** The MeshGateway that describes a Dataplane: the one that selects it most specifically; undefined without any. */
export const selectGateway = derive({
  keyOf: shapeOf,
  answer: (snapshot, dataplane: Dataplane): MeshGateway | undefined =>
    selectForProxy(gatewaysOf(snapshot), matcherOf(dataplane)),
});

/** True when any selector of the MeshGateway selects the proxy, whichever MeshGateway wins for it. */
export const isSelectedBy = (gateway: MeshGateway, matches: Matcher): boolean =>
  selectForProxy([gateway], matches) !== undefined;

/** The tags that stand for a listener: those of the Dataplane, overridden by the MeshGateway's, then by its own. */
export const listenerTags = (dataplane: Dataplane, gateway: MeshGatewaySpec, listener: GatewayListener): Tags => ({
  ...dataplane.spec.networking?.gateway?.tags,
  ...gateway.tags,
  ...listener.tags,
});
