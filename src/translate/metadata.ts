import type { LbEndpoint, Listener } from '../envoy/resources.js';
import { serviceTag } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';

const sortTags = (tags: Tags, without: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags)
      .filter(([key]) => key !== without)
      .sort(([a], [b]) => compareBytes(a, b)),
  );

/** Marks a listener with the tags of its inbound or outbound; the mesh is no tag of a listener. */
export const tagsMetadata = (tags: Tags): Pick<Listener, 'metadata'> => ({
  metadata: { filterMetadata: { 'io.kuma.tags': sortTags(tags, 'kuma.io/mesh') } },
});

/** Marks an endpoint with its tags, for load balancing and for the choice of encryption; the service goes without saying. */
export function translateTags(tags: Tags): Pick<LbEndpoint, 'metadata'> {
  const others = sortTags(tags, serviceTag);
  if (Object.keys(others).length === 0) return {};
  return { metadata: { filterMetadata: { 'envoy.lb': others, 'envoy.transport_socket_match': others } } };
}
