import type { Resource } from '../model/resource.js';
import type { StoredResource } from './store.js';

/** A spec as it is kept in the store, in the form that needs no further work when it is answered. */
export const renderSpec = (spec: unknown): string => JSON.stringify(spec, null, 1);

/** A stored resource with its spec as a value. */
export const parseStored = (stored: StoredResource): Resource => ({
  ...stored,
  spec: JSON.parse(stored.spec) as unknown,
});
