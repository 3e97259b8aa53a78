import { serviceTag, tagOf } from '../model/dataplane.js';
import type { Resource, Tags } from '../model/resource.js';
import { resourcesOf, type MeshSnapshot } from '../snapshot/mesh-snapshot.js';
import { groupBy, withoutZeros } from './counts.js';
import { factsOf, issuedBackends, type DataplaneFacts, type ServiceType } from './dataplane-facts.js';

export type ServiceStatus = 'online' | 'offline' | 'partially_degraded' | 'not_available';

/** What is known of one service of a mesh. */
export interface ServiceFacts {
  readonly type: ServiceType;
  readonly status: ServiceStatus;
  readonly online: number;
  readonly offline: number;
  /** How many of them have a certificate, by mTLS backend. */
  readonly issued: readonly (readonly [backend: string, count: number])[];
  /** Where it is, for external services. */
  readonly address?: string;
}

type ExternalService = Resource<{
  readonly tags?: Tags;
  readonly networking?: { readonly address?: string };
}>;

const known = new WeakMap<MeshSnapshot, ReadonlyMap<string, ServiceFacts>>();

/** The services of a mesh by name, bytewise. Kept with the snapshot. */
export function servicesOf(snapshot: MeshSnapshot): ReadonlyMap<string, ServiceFacts> {
  const services = known.get(snapshot) ?? gatherServices(snapshot);
  known.set(snapshot, services);
  return services;
}

/** Somebody who offers a service; external services have no Dataplane behind them. */
interface Offer {
  readonly service: string;
  readonly type: ServiceType;
  readonly dataplane?: DataplaneFacts;
  readonly address?: string;
}

function gatherServices(snapshot: MeshSnapshot): ReadonlyMap<string, ServiceFacts> {
  const external = (resourcesOf(snapshot, 'ExternalService') as readonly ExternalService[]).map(({ spec }): Offer => ({
    service: tagOf(spec.tags, serviceTag),
    type: 'external',
    address: spec.networking?.address ?? '',
  }));
  const internal = factsOf(snapshot).flatMap((dataplane) => dataplane.offers.map((offer) => ({ ...offer, dataplane })));
  const groups = groupBy<Offer>([...internal, ...external], ({ service }) => [service]);
  return new Map(groups.map(([service, offers]) => [service, sumUp(offers)]));
}

/** Type and address are those of the first who offers it, Dataplanes before ExternalServices (Kuma 2.5). */
function sumUp(offers: readonly Offer[]): ServiceFacts {
  const dataplanes = offers.flatMap(({ dataplane }) => dataplane ?? []);
  const online = dataplanes.filter(({ status }) => status === 'online').length;
  const { type = 'internal', address } = offers[0] ?? {};
  return {
    type,
    status: type === 'external' ? 'not_available' : statusOf(online, dataplanes.length),
    online,
    offline: dataplanes.length - online,
    issued: groupBy(dataplanes, issuedBackends).map(([backend, group]) => [backend, group.length]),
    ...(address === undefined ? {} : { address }),
  };
}

const statusOf = (online: number, total: number): ServiceStatus =>
  online === 0 ? 'offline' : online === total ? 'online' : 'partially_degraded';

/** The spec of a ServiceInsight; of a service nobody offers there is no status (Kuma 2.5). */
export function describeService(snapshot: MeshSnapshot, name: string): object {
  const service = servicesOf(snapshot).get(name);
  if (service === undefined) return { dataplanes: {}, addressPort: addressInMesh(name) };
  const { type, status, online, offline, issued, address } = service;
  const addressPort = type === 'internal' ? addressInMesh(name) : address;
  return {
    status,
    dataplanes: withoutZeros({ total: online + offline, online, offline }),
    ...(issued.length === 0 ? {} : { issuedBackends: Object.fromEntries(issued) }),
    ...(type === 'internal' ? {} : { serviceType: type }),
    ...(addressPort === undefined ? {} : { addressPort }),
  };
}

const addressInMesh = (service: string): string => `${service}.mesh:80`;
