import type { Resource } from '../model/resource.js';
import type { Violation } from '../model/violation.js';
import type { StoredResource } from './store.js';

/** A spec as it is kept in the store, in the form that needs no further work when it is answered. */
export const renderSpec = (spec: unknown): string => JSON.stringify(spec, null, 1);

/** Spares the parsing of a resource whose spec is known already; `spec` must be what its text says. */
export function rememberParsed(stored: StoredResource, spec: unknown): void {
  parsed.set(stored, toResource(stored, spec));
}

const parsed = new WeakMap<StoredResource, Resource>();

/** A stored resource with its texts as values; parsed once, as the store gives the same object to several who ask. */
export function parseStored(stored: StoredResource): Resource {
  const resource = parsed.get(stored) ?? parse(stored);
  parsed.set(stored, resource);
  return resource;
}

const parse = (stored: StoredResource): Resource => toResource(stored, JSON.parse(stored.spec) as unknown);

function toResource({ unknownFields, ...stored }: StoredResource, spec: unknown): Resource {
  const resource = { ...stored, spec };
  return unknownFields === '[]' ? resource : { ...resource, unknownFields: JSON.parse(unknownFields) as Violation[] };
}
