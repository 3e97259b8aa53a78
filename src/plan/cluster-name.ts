import { createHash } from 'node:crypto';

import { meshTag, serviceTag, tagOf } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';

/**
 * Name of the cluster for the instances with these tags: the service if that is the only tag, else the service and the
 * first 16 hex digits of the SHA-256 over all keys and values, in the order of the keys, without separators (Kuma 2.5).
 * On a gateway the tags of the listener come after those of the instances.
 */
export function clusterNameOf(tags: Tags, listener: Tags = {}): string {
  const service = tagOf(tags, serviceTag);
  if (Object.keys(tags).length === 1 && Object.keys(listener).length === 0) return service;
  const hash = createHash('sha256');
  for (const each of [tags, listener])
    for (const key of Object.keys(each).sort(compareBytes)) hash.update(key).update(each[key] ?? '');
  return `${service}-${hash.digest('hex').slice(0, 16)}`;
}

/** Name of the cluster for the instances of a service; one that another mesh opens is named after that too. */
export function serviceClusterName(tags: Tags): string {
  const mesh = tags[meshTag];
  return mesh === undefined ? clusterNameOf(tags) : `${clusterNameOf(tags)}_${mesh}`;
}
