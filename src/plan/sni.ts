import { serviceTag, tagOf } from '../model/dataplane.js';
import { compareBytes, type Tags } from '../model/resource.js';

/** `backend{mesh=default,version=v1}`: the service, and all other tags and the mesh by name. */
export function sniOf(tags: Tags, mesh: string): string {
  const pairs = Object.entries({ ...tags, mesh })
    .filter(([key]) => key !== serviceTag)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([key, value]) => `${key}=${value}`);
  return `${tagOf(tags, serviceTag)}{${pairs.join(',')}}`;
}
