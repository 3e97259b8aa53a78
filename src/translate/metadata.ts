import type { Listener } from '../envoy/resources.js';
import { compareBytes, type Tags } from '../model/resource.js';

/** Marks a listener with the tags of its inbound or outbound; the mesh is no tag of a listener. */
export const tagsMetadata = (tags: Tags): Pick<Listener, 'metadata'> => ({
  metadata: {
    filterMetadata: {
      'io.kuma.tags': Object.fromEntries(
        Object.entries(tags)
          .filter(([key]) => key !== 'kuma.io/mesh')
          .sort(([a], [b]) => compareBytes(a, b)),
      ),
    },
  },
});
