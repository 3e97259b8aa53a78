import { createHash } from 'node:crypto';

import { canonicalJson } from '../lib/canonical-json.js';
import type { Cluster, ClusterLoadAssignment, Listener, RouteConfiguration, Runtime, Secret } from './resources.js';
import { xdsTypes, type XdsSection } from './type-urls.js';

/** Everything one proxy is given: proto-JSON by name, for each type of resource. */
export interface EnvoyResources {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly endpoints: ReadonlyMap<string, ClusterLoadAssignment>;
  readonly listeners: ReadonlyMap<string, Listener>;
  readonly routes: ReadonlyMap<string, RouteConfiguration>;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly runtimes: ReadonlyMap<string, Runtime>;
}

/** The sections in the order in which they are shown, each with its type URL. */
export const sections = Object.entries(xdsTypes) as readonly (readonly [XdsSection, string])[];

/**
 * Version of a set of resources: a hash of their content, so that replicas and restarts agree on it without talking
 * and a reconnect re-sends nothing. Independent of the order of resources and of fields.
 */
export function versionOf(resources: ReadonlyMap<string, unknown>): string {
  const hash = createHash('sha256');
  for (const [name, resource] of sortByName(resources))
    hash.update(name).update('\0').update(canonicalJson(resource)).update('\0');
  return hash.digest('hex').slice(0, 32);
}

/** The resources of one type as an object, names ascending. */
export const toObject = (resources: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(sortByName(resources));

const sortByName = (resources: ReadonlyMap<string, unknown>): (readonly [string, unknown])[] =>
  [...resources].sort(([a], [b]) => (a < b ? -1 : 1));
