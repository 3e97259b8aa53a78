import { createHash } from 'node:crypto';

import { serviceTag, tagOf } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';

/**
 * Name of the cluster for the instances with these tags: the service if that is the only tag, else the service and the
 * first 16 hex digits of the SHA-256 over all keys and values, in the order of the keys, without separators (Kuma 2.5).
 */
export function clusterNameOf(tags: Tags): string {
  const service = tagOf(tags, serviceTag);
  const keys = Object.keys(tags).sort(compareBytes);
  if (keys.length === 1) return service;
  const hash = createHash('sha256');
  for (const key of keys) hash.update(key).update(tags[key] ?? '');
  return `${service}-${hash.digest('hex').slice(0, 16)}`;
}
