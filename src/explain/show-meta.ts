import type { ResourceMeta } from '../model/resource.js';

/** Metadata of a policy as the inspect answers show it. */
export const showMeta = ({ type, mesh, name, creationTime, modificationTime }: ResourceMeta) => ({
  type,
  mesh,
  name,
  creationTime,
  modificationTime,
});
