import { isBuiltinGateway, isIgnored, serviceTag, tagOf, type Dataplane } from '../model/dataplane.js';
import { compareBytes } from '../model/resource.js';
import type { Kind } from '../model/kind.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import type { World } from '../snapshot/world.js';

/** Numbers of proxies by state; counts of 0 are not shown. */
interface Counts {
  readonly total?: number;
  readonly online?: number;
  readonly offline?: number;
}

/** No stream, no proxy: everything is offline. */
const countOffline = (total: number): Counts => (total === 0 ? {} : { total, offline: total });

type ServiceType = 'internal' | 'gateway_builtin' | 'gateway_delegated';

/** What is known of one service of a mesh. */
interface ServiceFacts {
  readonly type: ServiceType;
  readonly dataplanes: number;
}

const servicesOfMesh = new WeakMap<MeshSnapshot, ReadonlyMap<string, ServiceFacts>>();

/** The services that a mesh's Dataplanes offer, by name; inbounds that are ignored offer none. Kept with the snapshot. */
function listServices(snapshot: MeshSnapshot): ReadonlyMap<string, ServiceFacts> {
  const known = servicesOfMesh.get(snapshot);
  if (known !== undefined) return known;
  const services = new Map<string, ServiceFacts>();
  const count = (service: string, type: ServiceType): unknown =>
    services.set(service, {
      type: services.get(service)?.type ?? type,
      dataplanes: (services.get(service)?.dataplanes ?? 0) + 1,
    });
  for (const { spec } of resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[]) {
    const gateway = spec.networking?.gateway;
    if (gateway !== undefined)
      count(tagOf(gateway.tags, serviceTag), isBuiltinGateway(spec) ? 'gateway_builtin' : 'gateway_delegated');
    for (const inbound of spec.networking?.inbound ?? [])
      if (!isIgnored(inbound)) count(tagOf(inbound.tags, serviceTag), 'internal');
  }
  const sorted = new Map([...services].sort(([a], [b]) => compareBytes(a, b)));
  servicesOfMesh.set(snapshot, sorted);
  return sorted;
}

const timesOf = (snapshot: MeshSnapshot) => ({
  creationTime: snapshot.mesh?.creationTime,
  modificationTime: snapshot.mesh?.modificationTime,
});

/** MeshInsight: how many proxies, policies and services a mesh has. */
export function describeMesh(snapshot: MeshSnapshot, kinds: readonly Kind[]): object {
  const dataplanes = resourcesOf(snapshot, 'Dataplane') as readonly Dataplane[];
  const isGateway = ({ spec }: Dataplane): boolean => spec.networking?.gateway !== undefined;
  const builtin = dataplanes.filter(({ spec }) => isBuiltinGateway(spec)).length;
  const gateways = dataplanes.filter(isGateway).length;
  const all = countOffline(dataplanes.length);
  const versions = dataplanes.length === 0 ? {} : { kumaDp: { unknown: all }, envoy: { unknown: all } };
  const services = listServices(snapshot).size;
  return {
    type: 'MeshInsight',
    name: snapshot.name,
    ...timesOf(snapshot),
    dataplanes: all,
    policies: Object.fromEntries(
      kinds
        .filter(({ policy }) => policy !== undefined)
        .map(({ type }) => [type, { total: resourcesOf(snapshot, type).length }] as const)
        .filter(([, { total }]) => total > 0)
        .sort(([a], [b]) => compareBytes(a, b)),
    ),
    dpVersions: versions,
    mTLS: {},
    services: services === 0 ? {} : { total: services, internal: services },
    dataplanesByType: {
      standard: countOffline(dataplanes.length - gateways),
      gateway: countOffline(gateways),
      gatewayBuiltin: countOffline(builtin),
      gatewayDelegated: countOffline(gateways - builtin),
    },
  };
}

/** Names of the services of a mesh, bytewise. */
export const serviceNames = (snapshot: MeshSnapshot): readonly string[] => [...listServices(snapshot).keys()];

/** ServiceInsight of one service; of a service nobody offers there is no status (Kuma 2.5). */
export function describeService(snapshot: MeshSnapshot, name: string): object {
  const service = listServices(snapshot).get(name);
  const type = service?.type ?? 'internal';
  return {
    type: 'ServiceInsight',
    mesh: snapshot.name,
    name,
    ...timesOf(snapshot),
    ...(service === undefined ? {} : { status: 'offline' }),
    dataplanes: countOffline(service?.dataplanes ?? 0),
    ...(type === 'internal' ? { addressPort: `${name}.mesh:80` } : { serviceType: type }),
  };
}

/** Sums over all meshes, with every count shown. */
export function describeWorld(world: World, kinds: readonly Kind[], createdAt: string): object {
  const meshes = [...world.meshes.values()].filter(({ mesh }) => mesh !== undefined);
  const dataplanes = meshes.flatMap((mesh) => resourcesOf(mesh, 'Dataplane') as readonly Dataplane[]);
  const services = meshes.flatMap((mesh) => [...listServices(mesh).values()]);
  const policies = kinds.filter(({ policy }) => policy !== undefined);
  const offline = (total: number) => ({ offline: total, online: 0, partiallyDegraded: 0, total });
  const builtin = dataplanes.filter(({ spec }) => isBuiltinGateway(spec)).length;
  const gateways = dataplanes.filter(({ spec }) => spec.networking?.gateway !== undefined).length;
  const ofType = (type: ServiceType) => offline(services.filter((service) => service.type === type).length);
  const none = { online: 0, total: 0 };
  return {
    createdAt,
    dataplanes: {
      gatewayBuiltin: offline(builtin),
      gatewayDelegated: offline(gateways - builtin),
      standard: offline(dataplanes.length - gateways),
    },
    meshes: { total: meshes.length },
    policies: {
      total: meshes.reduce(
        (sum, mesh) => sum + policies.reduce((n, { type }) => n + resourcesOf(mesh, type).length, 0),
        0,
      ),
    },
    services: {
      external: { total: 0 },
      gatewayBuiltin: ofType('gateway_builtin'),
      gatewayDelegated: ofType('gateway_delegated'),
      internal: ofType('internal'),
    },
    zones: { controlPlanes: none, zoneEgresses: none, zoneIngresses: none },
  };
}
