import { tagOf, zoneTag } from '../model/dataplane.js';
import type { Tags } from '../model/resource.js';
import type { LocalityPlan, ZoneFailover } from '../plan/cluster-plan.js';

/** Where an endpoint is, and how it is preferred for that. */
export interface Place {
  /** Empty = the one of the proxy, or none. */
  readonly zone: string;
  /** Empty = no part of it. */
  readonly subZone: string;
  readonly priority: number;
  readonly weight?: number;
  /** Envoy is told of the place, also when its names are empty. */
  readonly isNamed: boolean;
}

/**
 * The place of an endpoint with the given tags; undefined for one that gets no traffic. The control plane is in no
 * zone, and so is a proxy: to it every zone that has a name is another one (Kuma 2.5).
 */
export function placeEndpoint(tags: Tags, locality: LocalityPlan | undefined): Place | undefined {
  const zone = tagOf(tags, zoneTag);
  if (locality?.kind === 'groups') return zone === '' ? placeInGroup(tags, locality) : placeInZone(zone, locality);
  const isOther = zone !== '';
  return { zone, subZone: '', priority: isOther && locality !== undefined ? 1 : 0, isNamed: isOther };
}

function placeInGroup(tags: Tags, { affinity }: Extract<LocalityPlan, { kind: 'groups' }>): Place {
  const group = affinity.find(({ key, value }) => Object.hasOwn(tags, key) && tags[key] === value);
  const own = { zone: '', priority: 0, isNamed: true };
  return group === undefined
    ? { ...own, subZone: '', weight: 1 }
    : { ...own, subZone: `${group.key}=${group.value}`, weight: group.weight };
}

function placeInZone(zone: string, { failover, egress }: Extract<LocalityPlan, { kind: 'groups' }>): Place | undefined {
  if (egress !== undefined) return { zone: egress, subZone: '', priority: 1, isNamed: true };
  const found = failover.find(({ zones }) => takesZone(zones, zone));
  return found === undefined ? undefined : { zone, subZone: '', priority: found.priority, isNamed: true };
}

function takesZone(zones: ZoneFailover['zones'], zone: string): boolean {
  switch (zones.kind) {
    case 'any':
      return true;
    case 'only':
      return zones.names.includes(zone);
    case 'except':
      return !zones.names.includes(zone);
  }
}
