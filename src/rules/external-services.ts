import type { Dataplane } from '../model/dataplane.js';
import type { ExternalService } from '../model/external-service.js';
import type { Tags } from '../model/resource.js';
import { resourcesOf } from '../snapshot/mesh-snapshot.js';
import { derive, keepList } from '../snapshot/question.js';
import { matcherOf, selectForInbound, type LegacyResource } from './legacy-selection.js';
import { shapeOf } from './shape.js';

/** An external service and whom the TrafficPermission that holds for it lets in. */
interface Permitted {
  readonly service: ExternalService;
  readonly sources: readonly Tags[];
}

/** The permission of each external service, which is the same for all proxies. */
const permissionsOf = derive({
  keyOf: () => '',
  answer: (snapshot): readonly Permitted[] => {
    const permissions = resourcesOf(snapshot, 'TrafficPermission') as readonly LegacyResource[];
    const services = resourcesOf(snapshot, 'ExternalService') as readonly ExternalService[];
    return services.flatMap((service) => {
      const permission = selectForInbound(permissions, service.spec.tags ?? {});
      return permission === undefined
        ? []
        : [{ service, sources: (permission.spec.sources ?? []).map(({ match = {} }) => match) }];
    });
  },
});

/**
 * The external services that a proxy may see, by name: those for which the most specific TrafficPermission has the proxy
 * among its sources, whether the mesh has mTLS or not (Kuma 2.5).
 */
export const permittedExternalServices = derive({
  keyOf: shapeOf,
  answer: (snapshot, dataplane: Dataplane): readonly ExternalService[] => {
    const isSource = matcherOf(dataplane);
    return permissionsOf(snapshot, undefined)
      .filter(({ sources }) => sources.some(isSource))
      .map(({ service }) => service);
  },
  settle: keepList,
});
