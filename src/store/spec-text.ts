import type { Resource } from '../model/resource.js';
import type { Violation } from '../model/violation.js';
import type { StoredResource } from './store.js';

/** A spec as it is kept in the store, in the form that needs no further work when it is answered. */
export const renderSpec = (spec: unknown): string => JSON.stringify(spec, null, 1);

const parsed = new WeakMap<StoredResource, Resource>();

/** A stored resource with its texts as values; parsed once, as the store gives the same object to several who ask. */
export function parseStored(stored: StoredResource): Resource {
  const resource = parsed.get(stored) ?? parse(stored);
  parsed.set(stored, resource);
  return resource;
}

function parse({ unknownFields, ...stored }: StoredResource): Resource {
  const resource = { ...stored, spec: JSON.parse(stored.spec) as unknown };
  return unknownFields === '[]' ? resource : { ...resource, unknownFields: JSON.parse(unknownFields) as Violation[] };
}
