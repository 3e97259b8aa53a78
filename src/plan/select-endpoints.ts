import { matchesSelector, serviceTag, tagOf } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import type { Endpoint } from '../model/endpoint.js';
import { serviceOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';

/** The endpoints of a service that hold all of the tags, in the order of the snapshot. */
export function selectEndpoints(snapshot: MeshSnapshot, tags: Tags): readonly Endpoint[] {
  const { endpoints } = serviceOf(snapshot, tagOf(tags, serviceTag));
  // the whole service is shared by identity
  return Object.keys(tags).length <= 1
    ? endpoints
    : endpoints.filter((endpoint) => matchesSelector(endpoint.tags, tags));
}
