import type { Facets, Tags } from '../../model/resource.js';
import type { ListQuery, StoredResource } from '../store.js';

/** Whether a resource of the query's type passes the query's filters. */
export function matchesQuery(resource: StoredResource, facets: Facets, query: ListQuery): boolean {
  if (query.mesh !== undefined && resource.mesh !== query.mesh) return false;
  if (query.name !== undefined && !resource.name.includes(query.name)) return false;
  if (!matchesGateway(facets.gateway, query.gateway)) return false;
  const { tags } = query;
  return tags === undefined || tags.length === 0 || facets.tagSets.some((tagSet) => hasTags(tagSet, tags));
}

function matchesGateway(gateway: Facets['gateway'], asked: ListQuery['gateway']): boolean {
  switch (asked) {
    case undefined:
      return true;
    case 'any':
      return gateway !== null;
    case 'none':
      return gateway === null;
    case 'builtin':
    case 'delegated':
      return gateway === asked;
  }
}

function hasTags(tagSet: Tags, asked: readonly (readonly [name: string, value: string])[]): boolean {
  return asked.every(([name, value]) => Object.hasOwn(tagSet, name) && tagSet[name]?.includes(value) === true);
}
