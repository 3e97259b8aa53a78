import { isOnline, type WithSubscriptions } from '../model/insight.js';
import type { Kind } from '../model/kind.js';
import { existingMeshes, type World } from '../snapshot/world.js';
import { countByStatus, type Counts } from './counts.js';
import { factsOf, type DataplaneFacts } from './dataplane-facts.js';
import { countPolicies } from './mesh-insight.js';
import { servicesOf, type ServiceFacts } from './service-insight.js';

/** Sums over all meshes and zones, with every count shown, keys sorted. */
export function describeWorld(world: World, kinds: readonly Kind[], createdAt: string): object {
  const meshes = existingMeshes(world);
  const facts = meshes.flatMap(factsOf);
  const services = meshes.flatMap((mesh) => [...servicesOf(mesh).values()]);
  const ofGateway = (type: DataplaneFacts['gateway']) =>
    sortKeys(countByStatus(facts.filter(({ gateway }) => gateway === type)));
  const ofType = (type: ServiceFacts['type']) => services.filter((service) => service.type === type);
  return {
    createdAt,
    dataplanes: {
      gatewayBuiltin: ofGateway('builtin'),
      gatewayDelegated: ofGateway('delegated'),
      standard: ofGateway(undefined),
    },
    meshes: { total: meshes.length },
    policies: { total: sum(meshes.flatMap((mesh) => countPolicies(mesh, kinds)).map(([, total]) => total)) },
    services: {
      external: { total: ofType('external').length },
      gatewayBuiltin: countServices(ofType('gateway_builtin')),
      gatewayDelegated: countServices(ofType('gateway_delegated')),
      internal: countServices(ofType('internal')),
    },
    zones: {
      controlPlanes: countInsights(world, 'ZoneInsight'),
      zoneEgresses: countInsights(world, 'ZoneEgressInsight'),
      zoneIngresses: countInsights(world, 'ZoneIngressInsight'),
    },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const sortKeys = ({ offline, online, partiallyDegraded, total }: Required<Counts>): Counts => ({
  offline,
  online,
  partiallyDegraded,
  total,
});

const countServices = (services: readonly ServiceFacts[]): Counts =>
  sortKeys(
    countByStatus(
      services.flatMap(({ status }) =>
        status === 'not_available' ? [] : [{ status: status === 'partially_degraded' ? 'partiallyDegraded' : status }],
      ),
    ),
  );

/** What never connected has no insight, and does not count (Kuma 2.5). */
function countInsights(world: World, type: string): object {
  const insights = [...(world.globals.get(type)?.values() ?? [])];
  return { online: insights.filter(({ spec }) => isOnline(spec as WithSubscriptions)).length, total: insights.length };
}

/** Every zone in the order of creation, and whether it is switched on and connected. */
export const describeZones = (world: World): readonly { readonly name: string; readonly active: boolean }[] =>
  [...(world.globals.get('Zone')?.values() ?? [])]
    .sort((a, b) => a.creationRevision - b.creationRevision)
    .map(({ name, spec }) => {
      const insight = world.globals.get('ZoneInsight')?.get(name)?.spec as WithSubscriptions | undefined;
      return { name, active: isOnline(insight) && (spec as { readonly enabled?: boolean }).enabled !== false };
    });
