import { createHash } from 'node:crypto';

import { toNumber } from '../../model/nested.js';
import { compareBytes } from '../../model/resource.js';
import type { AffinityGroup, LocalityPlan, ZoneFailover } from '../../plan/cluster-plan.js';
import type { ProxyPlan } from '../../plan/proxy-plan.js';
import type { Failover, LocalityAwareness } from './schema.js';

type CallerTags = ProxyPlan['callerTags'];
type CrossZone = NonNullable<LocalityAwareness['crossZone']>;
type AffinityTags = NonNullable<NonNullable<LocalityAwareness['localZone']>['affinityTags']>;

/** Percent. */
const defaultOverprovisioning = 200;

/** The largest number that Envoy can hold, and so the largest sum of weights that it takes. */
const maxSum = 4_294_967_295;

/**
 * Which endpoints a conf prefers; undefined when it leaves that to the mesh. A conf that says nothing of it prefers
 * those of the own zone, and groups count also where it is disabled (Kuma 2.5).
 */
export function planLocality(
  { localZone, crossZone, disabled = false }: LocalityAwareness,
  { callerTags, usesEgress }: { readonly callerTags: CallerTags; readonly usesEgress: boolean },
): LocalityPlan | undefined {
  if (localZone === undefined && crossZone === undefined) return disabled ? undefined : { kind: 'own-zone-first' };
  const { affinityTags = [] } = localZone ?? {};
  return {
    kind: 'groups',
    affinity: fitWeights(planAffinity(affinityTags, callerTags)),
    failover: planFailover(crossZone?.failover ?? []),
    ...(usesEgress ? { egress: nameEgress(planFailover(crossZone?.failover ?? [])) } : {}),
    isWeighted: affinityTags.length > 0,
    overprovisioningFactor: planOverprovisioning(crossZone?.failoverThreshold),
  };
}

/** A group for each tag that the proxy has; without weights the first tag has nine tenths of all, the next of the rest. */
const planAffinity = (affinityTags: AffinityTags, callerTags: CallerTags): AffinityGroup[] =>
  affinityTags.flatMap(({ key, weight }, i) => {
    const value = callerTags.get(key)?.[0];
    return value === undefined ? [] : [{ key, value, weight: weight ?? 9 * 10 ** (affinityTags.length - i - 1) }];
  });

/** Envoy refuses weights that add up to more than it can hold, the one of the endpoints without a group included. */
function fitWeights(groups: readonly AffinityGroup[]): readonly AffinityGroup[] {
  const sum = groups.reduce((total, { weight }) => total + weight, 1);
  if (sum <= maxSum) return groups;
  const scale = sum / (maxSum - groups.length);
  return groups.map((group) => ({ ...group, weight: Math.max(1, Math.floor(group.weight / scale)) }));
}

/** An entry for clients of certain zones is for none here, since the control plane is in no zone; None names no zone. */
const planFailover = (failover: readonly Failover[]): ZoneFailover[] =>
  failover.flatMap(({ from, to }, i) => {
    const zones = from === undefined ? planZones(to) : undefined;
    return zones === undefined ? [] : [{ priority: i + 1, zones }];
  });

function planZones({ type, zones: names = [] }: Failover['to']): ZoneFailover['zones'] | undefined {
  switch (type) {
    case 'None':
      return undefined;
    case 'Any':
      return { kind: 'any' };
    case 'Only':
      return { kind: 'only', names };
    case 'AnyExcept':
      return { kind: 'except', names };
  }
}

/** Zone egresses know by the name which zones to prefer: the beginning of a hash of the failover (Kuma 2.5). */
function nameEgress(failover: readonly ZoneFailover[]): string {
  const text = failover.map(({ priority, zones }) => `${priority}:${showZones(zones)};`).join('');
  return `egress_${createHash('sha256').update(text).digest('base64').slice(0, 8)}`;
}

function showZones(zones: ZoneFailover['zones']): string {
  const names = (list: readonly string[]): string => [...new Set(list)].sort(compareBytes).join(',');
  switch (zones.kind) {
    case 'any':
      return 'Any';
    case 'only':
      return names(zones.names);
    case 'except':
      return `AnyExcept:${names(zones.names)}`;
  }
}

/** Kuma 2.5 drops the fraction before it multiplies, so that a threshold of 70 percent gives a factor of 100. */
function planOverprovisioning(threshold: CrossZone['failoverThreshold']): number {
  if (threshold === undefined) return defaultOverprovisioning;
  return Math.min(Math.trunc(100 / toNumber(threshold.percentage)) * 100, maxSum);
}
