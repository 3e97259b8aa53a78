import type { EnvoyResources } from '../../envoy/envoy-resources.js';
import { xdsTypes, type XdsSection } from '../../envoy/type-urls.js';
import { hashVersions, type EncodedResource, type Target, type TargetSection } from '../stream-state.js';
import { encodeResource } from './encode-resource.js';

const known = new WeakMap<ReadonlyMap<string, object>, TargetSection>();

/** What a proxy shall have, encoded. Sections that are identical (===) to earlier ones are not looked at again. */
export const encodeTarget = (resources: EnvoyResources): Target => ({
  clusters: encodeSection('clusters', resources.clusters),
  endpoints: encodeSection('endpoints', resources.endpoints),
  listeners: encodeSection('listeners', resources.listeners),
  routes: encodeSection('routes', resources.routes),
  secrets: encodeSection('secrets', resources.secrets),
  runtimes: encodeSection('runtimes', resources.runtimes),
});

function encodeSection(section: XdsSection, resources: ReadonlyMap<string, object>): TargetSection {
  const found = known.get(resources);
  if (found !== undefined) return found;
  const encoded = new Map<string, EncodedResource>();
  for (const [name, resource] of resources) encoded.set(name, encodeResource(xdsTypes[section], resource));
  const value: TargetSection = { version: hashVersions(encoded), resources: encoded };
  known.set(resources, value);
  return value;
}
